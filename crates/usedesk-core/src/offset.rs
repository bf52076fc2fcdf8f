//! The lists that are paged by `offset`, which counts pages of [`PAGE_SIZE`](crate::PAGE_SIZE).

/// Makes a list of this name one that comes page by page, of rows with an `id`.
macro_rules! paged_by_offset {
    ($list:ty, $row:ty) => {
        impl crate::paging::Paged for $list {
            type Item = $row;

            fn page_number(&self) -> u64 {
                self.offset.unwrap_or_default()
            }

            fn with_page(self, page: u64) -> Self {
                self.page(page)
            }

            fn into_items(rows: crate::rows::Rows<$row>) -> crate::rows::Rows<$row> {
                rows
            }

            fn key(row: &$row) -> u64 {
                row.id.0
            }
        }
    };
}

pub(crate) use paged_by_offset;
