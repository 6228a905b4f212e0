//! Objects in the order of their creation, found by id.

use std::collections::HashMap;

/// Anything that a provider gives an id.
pub(crate) trait Named {
    fn id(&self) -> &str;
    /// When it came to be, which is also its place in the list.
    fn created(&self) -> i64;
}

/// All objects of a kind. Positions never change: nothing is removed.
#[derive(Debug)]
pub(crate) struct Table<T> {
    rows: Vec<T>,
    by_id: HashMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), by_id: HashMap::new() }
    }
}

impl<T: Named> Table<T> {
    /// Appends and gives the position.
    pub(crate) fn push(&mut self, row: T) -> usize {
        let at = self.rows.len();
        self.by_id.insert(row.id().to_owned(), at);
        self.rows.push(row);
        at
    }

    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.position(id).map(|at| &self.rows[at])
    }

    pub(crate) fn rows(&self) -> &[T] {
        &self.rows
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

impl<T> std::ops::Index<usize> for Table<T> {
    type Output = T;
    fn index(&self, at: usize) -> &T {
        &self.rows[at]
    }
}

impl<T> std::ops::IndexMut<usize> for Table<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        &mut self.rows[at]
    }
}
