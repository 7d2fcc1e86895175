//! Decides what a column holds from what all its cells look like.

use townhall_model::table::ColumnType;

use crate::{
    DateOrder, Decimal,
    cells::{CLASSES, Class, Digits, classify},
    limits::{FIT_PERCENT_MIN, FIT_VALUES_MIN},
    names::names_a_code,
};

/// How often each class of cell stands in a column. Pieces add up in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Evidence {
    counts: [u64; CLASSES],
}

impl Default for Evidence {
    fn default() -> Self {
        Self { counts: [0; CLASSES] }
    }
}

/// How the cells of a column become values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) kind: ColumnType,
    pub(crate) digits: Digits,
    pub(crate) month_first: bool,
}

/// A decision and, when it is not obvious, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) reading: Reading,
    pub(crate) reason: Option<String>,
}

/// What is known beside the cells of the column itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances<'a> {
    /// The column's name.
    pub(crate) name: &'a str,
    /// The type that was asked for.
    pub(crate) wanted: Option<ColumnType>,
    /// The order of day and month that was asked for.
    pub(crate) date_order: Option<DateOrder>,
    /// What stands before decimals, where that was said.
    pub(crate) decimal: Option<Decimal>,
    /// The order that another column of the same file proves.
    pub(crate) proven_order: Option<DateOrder>,
    /// The byte between cells: beside semicolons, commas are decimal.
    pub(crate) delimiter: u8,
}

impl Evidence {
    #[inline]
    pub(crate) fn add(&mut self, cell: &[u8]) {
        self.counts[classify(cell) as usize] += 1;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }

    fn sum(&self, classes: &[Class]) -> u64 {
        classes.iter().map(|class| self.counts[*class as usize]).sum()
    }

    /// Cells that say something.
    pub(crate) fn values(&self) -> u64 {
        self.counts.iter().sum::<u64>() - self.sum(&[Class::Blank, Class::NullWord])
    }

    /// The order of day and month that this column proves, when nothing in it speaks against it.
    pub(crate) fn proven_order(&self) -> Option<DateOrder> {
        let month_first = self.sum(&[Class::DateMonthFirst, Class::DatetimeMonthFirst]);
        let day_first = self.sum(&[Class::DateDayFirst, Class::DatetimeDayFirst]);
        let reads_as_dates = self.sum(&ALL_DATES) + self.sum(&ALL_DATETIMES);
        if !self.fits(reads_as_dates) {
            return None;
        }
        match (month_first, day_first) {
            (1.., 0) => Some(DateOrder::MonthFirst),
            (0, 1..) => Some(DateOrder::DayFirst),
            _ => None,
        }
    }

    /// Whether so many values make a type of the column: all of them, or nearly all of many.
    fn fits(&self, fitting: u64) -> bool {
        let values = self.values();
        fitting > 0
            && (fitting == values || (fitting >= FIT_VALUES_MIN && fitting * 100 >= values * FIT_PERCENT_MIN))
    }

    /// Whether the column is one of values of which all are of these classes, so that it can only be this.
    fn agrees(&self, classes: &[Class]) -> bool {
        let values = self.values();
        values > 0 && self.sum(classes) == values
    }

    /// Whether most values look like numbers, so that a reader may wonder why the column is text.
    fn is_mostly(&self, classes: &[Class]) -> bool {
        self.sum(classes) * 2 > self.values()
    }

    /// Returns what the column holds.
    pub(crate) fn decide(&self, about: Circumstances<'_>) -> Decision {
        let (month_first, order_reason) = self.order(about);
        let reading = |kind, digits| Reading { kind, digits, month_first };
        if let Some(kind) = about.wanted {
            return Decision {
                reading: reading(kind, self.digits(about)),
                reason: Some("chosen".to_owned()),
            };
        }

        let plain = |kind, reason: Option<String>| Decision { reading: reading(kind, Digits::Plain), reason };
        let text = |reason: &str| plain(ColumnType::Text, (!reason.is_empty()).then(|| reason.to_owned()));
        if self.values() == 0 {
            return text("");
        }
        if self.counts[Class::ZeroLed as usize] > 0 {
            return text(if self.is_mostly(&[Class::ZeroLed, Class::Integer, Class::Decimal]) {
                "leading zeros"
            } else {
                ""
            });
        }
        if self.counts[Class::LongInteger as usize] > 0 {
            return text(if self.is_mostly(&[Class::LongInteger, Class::Integer]) {
                "more digits than a number holds"
            } else {
                ""
            });
        }
        if self.fits(self.counts[Class::Boolean as usize]) {
            return plain(ColumnType::Boolean, None);
        }
        if let Some(decision) = self.decide_moment(month_first, order_reason) {
            return decision;
        }
        self.decide_number(about).map_or_else(
            || text(self.why_text()),
            |(kind, digits, reason)| Decision {
                reading: reading(kind, digits),
                reason: reason.map(str::to_owned),
            },
        )
    }

    fn decide_number(&self, about: Circumstances<'_>) -> Option<(ColumnType, Digits, Option<&'static str>)> {
        let decimals = self.sum(&[Class::Decimal, Class::Scientific]);
        let codes = self.counts[Class::ExponentCode as usize];
        let integers = self.counts[Class::Integer as usize];
        // `12E4` among whole numbers is a code; among decimals it is a number.
        let numbers = integers + decimals + if decimals > 0 { codes } else { 0 };
        if codes > 0 && decimals == 0 && self.is_mostly(&[Class::ExponentCode, Class::Integer]) {
            return None;
        }
        if self.fits(integers) && decimals == 0 {
            let code = names_a_code(about.name);
            return Some(match code {
                true => (ColumnType::Text, Digits::Plain, Some("codes by the column's name")),
                false => (ColumnType::Integer, Digits::Plain, None),
            });
        }
        if self.fits(numbers) {
            return Some(match names_a_code(about.name) {
                true => (ColumnType::Text, Digits::Plain, Some("codes by the column's name")),
                false => (ColumnType::Number, Digits::Plain, None),
            });
        }

        let plain = [Class::Integer, Class::Decimal];
        let grouped =
            [Class::Grouped, Class::GroupedOrComma, Class::Integer, Class::Decimal, Class::Accounting];
        let reads_commas_as_decimal = match about.decimal {
            Some(decimal) => decimal == Decimal::Comma,
            None => {
                self.counts[Class::CommaDecimal as usize] > 0
                    || (about.delimiter == b';' && self.sum(&[Class::Grouped]) == 0)
            }
        };
        if self.agrees(&[Class::CommaDecimal, Class::GroupedOrComma, Class::Integer])
            && reads_commas_as_decimal
        {
            // `1,234` alone may be either, and nothing in the column tells.
            let is_sure = about.decimal.is_some() || self.counts[Class::CommaDecimal as usize] > 0;
            return is_sure.then_some((ColumnType::Number, Digits::CommaDecimal, Some("decimal commas")));
        }
        if self.agrees(&grouped) && !self.agrees(&plain) && about.decimal != Some(Decimal::Comma) {
            let kind = if self.has_decimals() { ColumnType::Number } else { ColumnType::Integer };
            return Some((kind, Digits::Grouped, Some("thousands separators")));
        }
        for sign in [Class::Dollars, Class::Euros, Class::Pounds] {
            if self.agrees(&[sign]) {
                return Some((ColumnType::Number, Digits::Grouped, Some("currency signs")));
            }
        }
        None
    }

    /// Whether some value among thousands separators may have decimals: `1,234` has none, `1,234.5` might.
    fn has_decimals(&self) -> bool {
        self.sum(&[Class::Decimal, Class::Grouped, Class::Accounting]) > 0
    }

    /// How digits are read in a column whose type was asked for.
    fn digits(&self, about: Circumstances<'_>) -> Digits {
        match about.decimal {
            Some(Decimal::Comma) => return Digits::CommaDecimal,
            Some(Decimal::Point) => return Digits::Grouped,
            None => {}
        }
        let commas = self.counts[Class::CommaDecimal as usize];
        let points = self.sum(&[Class::Grouped, Class::Decimal]);
        if commas > points
            || (commas == points
                && about.delimiter == b';'
                && self.counts[Class::GroupedOrComma as usize] > 0)
        {
            return Digits::CommaDecimal;
        }
        let marked = [
            Class::Grouped,
            Class::GroupedOrComma,
            Class::Accounting,
            Class::Dollars,
            Class::Euros,
            Class::Pounds,
        ];
        if self.sum(&marked) > 0 { Digits::Grouped } else { Digits::Plain }
    }

    /// Whether the month comes first, and what to say about it.
    fn order(&self, about: Circumstances<'_>) -> (bool, Option<String>) {
        if let Some(order) = about.date_order {
            return (order == DateOrder::MonthFirst, None);
        }
        let month_first = self.sum(&[Class::DateMonthFirst, Class::DatetimeMonthFirst]);
        let day_first = self.sum(&[Class::DateDayFirst, Class::DatetimeDayFirst]);
        let either = self.sum(&[Class::DateEither, Class::DatetimeEither]);
        let dots = self.sum(&[Class::DateEitherDots, Class::DatetimeEitherDots]);
        match (month_first, day_first) {
            (0, 0) if either + dots == 0 => (true, None),
            (0, 0) => {
                let (is_month_first, why) = match about.proven_order {
                    Some(order) => (order == DateOrder::MonthFirst, "as in the other dates of the file"),
                    None => (dots == 0, "though every value could be read either way"),
                };
                let order = if is_month_first { "month/day" } else { "day/month" };
                (is_month_first, Some(format!("read as {order}, {why}")))
            }
            (sure, 0) if sure > 0 => (true, None),
            (0, _) => (false, None),
            _ => (month_first >= day_first, None),
        }
    }

    fn decide_moment(&self, month_first: bool, reason: Option<String>) -> Option<Decision> {
        let (sure_date, sure_datetime, against) = match month_first {
            true => (
                Class::DateMonthFirst,
                Class::DatetimeMonthFirst,
                [Class::DateDayFirst, Class::DatetimeDayFirst],
            ),
            false => (
                Class::DateDayFirst,
                Class::DatetimeDayFirst,
                [Class::DateMonthFirst, Class::DatetimeMonthFirst],
            ),
        };
        // When both orders occur, the values that could be either prove nothing: the sure ones must nearly all agree.
        let contrary = self.sum(&against);
        let sure = self.sum(&[sure_date, sure_datetime]);
        if contrary > 0 && (sure < FIT_VALUES_MIN || sure * 100 < (sure + contrary) * FIT_PERCENT_MIN) {
            return None;
        }
        let decide = |kind, reason| {
            Some(Decision { reading: Reading { kind, digits: Digits::Plain, month_first }, reason })
        };
        let dates = self.sum(&[Class::Date, Class::DateEither, Class::DateEitherDots, sure_date]);
        let datetimes =
            self.sum(&[Class::Datetime, Class::DatetimeEither, Class::DatetimeEitherDots, sure_datetime]);
        if datetimes == 0 && self.fits(dates) {
            return decide(ColumnType::Date, reason);
        }
        if datetimes > 0 && self.fits(dates + datetimes) {
            if self.fits(dates) && datetimes < dates {
                return decide(ColumnType::Date, reason);
            }
            let mixed = (dates > 0)
                .then(|| format!("{dates} of the values have no time of day and count as midnight"));
            return decide(ColumnType::Datetime, reason.or(mixed));
        }
        if self.fits(self.counts[Class::Timestamp as usize]) {
            return decide(ColumnType::Timestamp, None);
        }
        None
    }

    /// A hint for a column of text that a reader might take for something else.
    fn why_text(&self) -> &'static str {
        let both_orders = self.sum(&[Class::DateMonthFirst, Class::DatetimeMonthFirst]) > 0
            && self.sum(&[Class::DateDayFirst, Class::DatetimeDayFirst]) > 0;
        let has_currency = self.sum(&[Class::Dollars, Class::Euros, Class::Pounds]) > 0;
        if has_currency
            && self.is_mostly(&[Class::Dollars, Class::Euros, Class::Pounds, Class::Integer, Class::Decimal])
        {
            "currency signs on some values only"
        } else if self.is_mostly(&[Class::ShortYear]) {
            "years of two digits"
        } else if self.is_mostly(&[Class::Percent]) {
            "percent signs"
        } else if both_orders && (self.is_mostly(&ALL_DATES) || self.is_mostly(&ALL_DATETIMES)) {
            "dates in both orders of day and month"
        } else if self.is_mostly(&[Class::ExponentCode, Class::Integer])
            && self.counts[Class::ExponentCode as usize] > 0
        {
            "codes that only look like powers of ten"
        } else if self.agrees(&[Class::GroupedOrComma, Class::Integer]) {
            "commas that could be decimal or between thousands"
        } else if self.is_mostly(&ALL_NUMBERS) {
            "numbers and words"
        } else if self.is_mostly(&ALL_DATES)
            || self.is_mostly(&ALL_DATETIMES)
            || self.is_mostly(&[Class::Timestamp])
        {
            "dates and words"
        } else {
            ""
        }
    }
}

const ALL_NUMBERS: [Class; 8] = [
    Class::Integer,
    Class::Decimal,
    Class::Scientific,
    Class::ExponentCode,
    Class::Grouped,
    Class::GroupedOrComma,
    Class::CommaDecimal,
    Class::Accounting,
];

const ALL_DATES: [Class; 5] =
    [Class::Date, Class::DateMonthFirst, Class::DateDayFirst, Class::DateEither, Class::DateEitherDots];

const ALL_DATETIMES: [Class; 5] = [
    Class::Datetime,
    Class::DatetimeMonthFirst,
    Class::DatetimeDayFirst,
    Class::DatetimeEither,
    Class::DatetimeEitherDots,
];
