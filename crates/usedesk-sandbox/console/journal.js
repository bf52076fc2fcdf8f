// The requests that the page knows, bounded as the journal of the sandbox is.

const LIMIT = 10_000;

/// Adds rows to a list that keeps the latest ones.
export function append(list, rows) {
  list.push(...rows);
  // In batches, since removing from the start takes long.
  if (list.length > LIMIT + 1_000) list.splice(0, list.length - LIMIT);
}

export class Journal {
  /// Oldest first.
  rows = [];
  /// Those that match the filter.
  shown = [];
  filter = { path: "", operation: "", outcome: "" };
  lastId = 0;
  added = 0;

  /// Adds requests that are not there yet.
  add(rows) {
    for (const row of rows) {
      if (row.id <= this.lastId) continue;
      this.lastId = row.id;
      this.rows.push(row);
      if (!this.matches(row)) continue;
      this.shown.push(row);
      this.added += 1;
    }
    // In batches, since removing from the start takes long.
    if (this.rows.length > LIMIT + 1_000) {
      this.rows = this.rows.slice(-LIMIT);
      const oldest = this.rows[0].id;
      this.shown = this.shown.filter((row) => row.id >= oldest);
    }
  }

  /// Returns how many of those that are shown were added since the last time.
  takeAdded() {
    const { added } = this;
    this.added = 0;
    return added;
  }

  setFilter(filter) {
    this.filter = filter;
    this.shown = this.rows.filter((row) => this.matches(row));
  }

  matches({ path, operation, outcome, ignored }) {
    const wanted = this.filter;
    return (
      path.includes(wanted.path) &&
      (wanted.operation === "" || operation === wanted.operation) &&
      (wanted.outcome === "" || outcome === wanted.outcome || (wanted.outcome === "ignored" && ignored.length > 0))
    );
  }

  clear() {
    this.rows = [];
    this.shown = [];
  }

  /// Forgets everything, also which ids were there: the sandbox was restarted.
  restart() {
    this.clear();
    this.lastId = 0;
  }

  /// Finds a request, and returns its place in the list of the newest first; -1 if it is not shown.
  place(id) {
    let [low, high] = [0, this.shown.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.shown[middle].id < id) low = middle + 1;
      else high = middle;
    }
    return this.shown[low]?.id === id ? this.shown.length - 1 - low : -1;
  }

  /// Returns the request at a place in the list of the newest first.
  at(place) {
    return this.shown[this.shown.length - 1 - place];
  }
}
