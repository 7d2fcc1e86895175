//! stub
use super::super::collect::Collector;
use super::super::engine::Check;
use townhall_model::record::RecordKind;
#[derive(Default)]
pub struct Across {}
impl Across {
    pub fn record(&mut self, _check: &mut Check<'_, '_, '_>, _kind: RecordKind, _dataset: Option<u64>) {}
    pub fn finish(self, _collector: &mut Collector<'_>) {}
}
