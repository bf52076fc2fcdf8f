//! Plots of how the cost grows.

use std::error::Error;
use std::ops::Range;
use std::path::Path;

use plotters::prelude::*;
use serde::Deserialize;

/// A plot with two logarithmic axes, on which proportional cost is a line at 45 degrees.
#[derive(Deserialize)]
pub struct Plot {
    /// The name of its file, without `.svg`.
    name: String,
    title: String,
    x: String,
    y: String,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    name: String,
    points: Vec<(f64, f64)>,
}

const SIZE: (u32, u32) = (640, 360);

const COLOURS: [RGBColor; 4] = [
    RGBColor(0x1f, 0x77, 0xb4),
    RGBColor(0xff, 0x7f, 0x0e),
    RGBColor(0x2c, 0xa0, 0x2c),
    RGBColor(0x7f, 0x7f, 0x7f),
];

impl Plot {
    /// Draws it into the folder.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn draw(&self, folder: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
        let path = folder.join(format!("{}.svg", self.name));
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let x = range(points().map(|point| point.0));
        let y = range(points().map(|point| point.1));
        let area = SVGBackend::new(&path, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .caption(&self.title, ("sans-serif", 18))
            .margin(12)
            .x_label_area_size(36)
            .y_label_area_size(64)
            .build_cartesian_2d(x.log_scale(), y.log_scale())?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .x_desc(&self.x)
            .y_desc(&self.y)
            .x_label_formatter(&|number| short(*number))
            .y_label_formatter(&|number| short(*number))
            .draw()?;
        for (line, colour) in self.lines.iter().zip(COLOURS) {
            let points = line.points.iter().copied();
            chart
                .draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)))?
                .label(&line.name)
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2))
                });
            chart.draw_series(points.map(|point| Circle::new(point, 3, colour.filled())))?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::LowerRight)
            .background_style(WHITE)
            .border_style(BLACK)
            .draw()?;
        area.present()?;
        Ok(())
    }
}

/// From the smallest to the largest, and a little more; at least from one power of ten, without
/// which an axis has no numbers.
fn range(values: impl Iterator<Item = f64> + Clone) -> Range<f64> {
    let smallest = values.clone().fold(f64::INFINITY, f64::min);
    let largest = values.fold(0.0, f64::max);
    let (low, high) = (smallest / 1.2, largest * 1.2);
    let power = 10_f64.powf(high.log10().floor());
    low.min(power)..high
}

/// Not `0.30000000000000004`, the nearest number to three tenths.
fn short(number: f64) -> String {
    ((number * 1e6).round() / 1e6).to_string()
}
