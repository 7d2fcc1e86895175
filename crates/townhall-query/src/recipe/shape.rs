//! Steps that take rows away, bring others to them, or make new ones of them.

use datafusion::common::JoinType;
use datafusion::logical_expr::{Expr, cast, lit};
use townhall_model::table::Column;

use super::cast::{as_stored, converted, kind_of};
use super::pot::{Pot, new_name};
use super::{Distinct, Group, Join, JoinKind, Rows, Written, problem};
use crate::compile::{self, column};
use crate::error::QueryError;
use crate::limits::CONDITIONS_MAX;
use crate::query::{ROW, TableSource};
use crate::value::Value;

impl Pot<'_> {
    pub(super) async fn join(
        &mut self,
        number: usize,
        join: &Join,
        other: &TableSource,
    ) -> Result<(), QueryError> {
        if join.on.0.is_empty() {
            return Err(problem("`on` names no columns").into());
        }
        let there = Pot::of(self.engine, &join.table, other).await?;
        let (mut here, mut keys, mut theirs, mut taken) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, (ours, name)) in join.on.iter().enumerate() {
            let ours = self.find(ours)?;
            let key = there.find(name)?;
            let called = format!("\u{1}key{number}.{index}");
            // Codes are often numbers in one file and text in the other.
            let value = match ours.kind == key.kind {
                true => column(&key.name),
                false => converted(column(&key.name), key.kind, &Written::plain(ours.kind))?,
            };
            theirs.push(value.alias(&called));
            here.push(ours.name.clone());
            keys.push(called);
        }
        for (name, called) in join.take.iter() {
            let known = there.find(name)?;
            let called = new_name(called)?;
            if self.table.column(&called).is_some() {
                return Err(problem(format!("there is a column `{called}` already"))
                    .with_hint("take it under another name")
                    .into());
            }
            theirs.push(column(&known.name).alias(&called));
            self.origins.insert(called.clone(), (join.table.clone(), known.name.clone()));
            if let Some(sentinels) = other.sentinels.get(&known.name) {
                self.table.sentinels.insert(called.clone(), sentinels.clone());
            }
            taken.push(Column { name: called, ..known.clone() });
        }
        // Where several of its rows match, they come in its order.
        let place = format!("\u{1}row{number}");
        theirs.push(column(ROW).alias(&place));
        let right = there.frame.select(theirs)?;
        let kind = match join.kind {
            JoinKind::Left => JoinType::Left,
            JoinKind::Inner => JoinType::Inner,
        };
        let same = here.iter().zip(&keys).map(|(here, key)| column(here).eq(column(key)));
        self.frame = self.frame.clone().join_on(right, kind, same.collect::<Vec<_>>())?;
        self.order.push(place);
        self.unordered = true;
        let columns = [self.table.columns.clone(), taken].concat();
        self.keep(columns)
    }

    pub(super) fn rows(&mut self, rows: Rows) -> Result<(), QueryError> {
        let from = rows.from.unwrap_or(1).max(1);
        if rows.to.is_some_and(|to| to < from) {
            return Err(problem("`to` stands before `from`").into());
        }
        if !self.unordered {
            let count = rows.to.map(|to| usize::try_from(to - from + 1).unwrap_or(usize::MAX));
            let skipped = usize::try_from(from - 1).unwrap_or(usize::MAX);
            self.frame = self.frame.clone().limit(skipped, count)?;
            return Ok(());
        }
        self.number(self.standing())?;
        let number = |number: u64| lit(i64::try_from(number).unwrap_or(i64::MAX));
        let mut wanted = column(ROW).gt_eq(number(from));
        if let Some(to) = rows.to {
            wanted = wanted.and(column(ROW).lt_eq(number(to)));
        }
        self.frame = self.frame.clone().filter(wanted)?;
        Ok(())
    }

    pub(super) fn sort(&mut self, text: &str) -> Result<(), QueryError> {
        let order = self.syntax().sorts(text)?;
        if order.is_empty() || order.len() > CONDITIONS_MAX {
            return Err(problem(format!("it sorts by 1 to {CONDITIONS_MAX} values")).into());
        }
        let by = order.iter().map(|sort| (compile::value(&sort.value, &self.table), sort.descending));
        let mut order = compile::ordered(by.collect::<Vec<_>>());
        // Ties stay as they were.
        order.extend(self.standing());
        self.number(order)
    }

    pub(super) fn distinct(&mut self, distinct: &Distinct) -> Result<(), QueryError> {
        let by = match distinct.by.is_empty() {
            true => self.table.columns.clone(),
            false => self.find_all(&distinct.by)?,
        };
        self.keep(by.clone())?;
        let seen = by.iter().map(|known| column(&known.name)).collect::<Vec<_>>();
        let frame = self.frame.clone().select(seen)?.distinct()?;
        self.become_groups(frame, by)
    }

    pub(super) fn group(&mut self, group: &Group) -> Result<(), QueryError> {
        let by = self.find_all(&group.by)?;
        let mut computed = Vec::new();
        for (name, text) in group.compute.iter() {
            let outputs = self.syntax().outputs(text)?;
            let [one] = outputs.as_slice() else {
                return Err(problem(format!("`{name}` needs one expression")).into());
            };
            if !matches!(one.value, Value::Aggregate(..)) {
                return Err(problem(format!("`{name}` is not computed of groups"))
                    .with_hint("write it like count(*), sum(fee) or avg(age)")
                    .into());
            }
            let name = new_name(name)?;
            if by.iter().any(|known| known.name == name) {
                return Err(problem(format!("two columns would be called `{name}`")).into());
            }
            computed.push(compile::value(&one.value, &self.table).alias(name));
        }
        if by.is_empty() && computed.is_empty() {
            return Err(problem("it names neither columns nor what to compute").into());
        }
        self.keep_origins(&by);
        let keys: Vec<Expr> = by.iter().map(|known| column(&known.name)).collect();
        let frame = self.frame.clone().aggregate(keys, computed)?;
        let schema = frame.schema().as_arrow().clone();
        let columns: Vec<Column> = schema
            .fields()
            .iter()
            .map(|field| match by.iter().find(|known| known.name == *field.name()) {
                Some(known) => known.clone(),
                None => Column::bare(field.name(), kind_of(field.data_type())),
            })
            .collect();
        // Counts and sums are stored as columns are.
        let stored =
            columns.iter().map(|known| cast(column(&known.name), as_stored(known.kind)).alias(&known.name));
        let frame = frame.select(stored.collect::<Vec<_>>())?;
        self.become_groups(frame, columns)
    }

    fn keep_origins(&mut self, columns: &[Column]) {
        self.origins.retain(|name, _| columns.iter().any(|known| known.name == *name));
        self.table.sentinels.retain(|name, _| columns.iter().any(|known| known.name == *name));
    }
}
