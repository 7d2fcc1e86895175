//! Expressions in the syntax of SQL, which many dialects share: read by the SQL parser, said in our own words.
//!
//! Nothing of the text survives but names of the table's columns, values, and functions of our list.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, CeilFloorKind, DataType, DateTimeField, DuplicateTreatment, Expr, FunctionArg,
    FunctionArgExpr, FunctionArguments, OrderByExpr, SelectItem, UnaryOperator, Value as Constant,
    visit_expressions,
};
use datafusion::sql::sqlparser::dialect::Dialect;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;
use townhall_model::table::{Column, ColumnType};

use super::{nearest, short};
use crate::error::QueryProblem;
use crate::filter::{Comparison, Filter, TextMatch};
use crate::limits::{
    CONDITIONS_MAX, EXPRESSION_BYTES_MAX, EXPRESSION_DEPTH_MAX, LIST_MAX, OUTPUTS_MAX, REGEX_BYTES_MAX,
};
use crate::literal::Literal;
use crate::place::{Degrees, Relation, Shape};
use crate::query::{AggregateFunction, Output, ROW, Sort, TableSource};
use crate::value::{Function, TimePart, Value};

/// What a function of a dialect means.
pub(crate) enum Meaning {
    /// A function of values.
    Function(Function),
    /// A number of a group.
    Aggregate(AggregateFunction),
    /// A value that the dialect itself makes of the arguments.
    Value(fn(&Syntax<'_>, &[Expr]) -> Result<Value, QueryProblem>),
    /// A condition that the dialect itself makes of the arguments.
    Condition(fn(&Syntax<'_>, &[Expr]) -> Result<Filter, QueryProblem>),
}

/// How a dialect writes expressions.
pub(crate) struct Syntax<'a> {
    /// The parameter, for problems.
    pub parameter: &'a str,
    /// The table.
    pub table: &'a TableSource,
    /// How it is cut into words.
    pub dialect: &'a dyn Dialect,
    /// Its functions, by names in small letters.
    pub meaning: fn(&str) -> Option<Meaning>,
    /// A column by the name that the dialect knows it by; none when there is no such column.
    pub column: fn(&TableSource, &str) -> Option<String>,
    /// Names of results that may be used as columns.
    pub results: &'a [Output],
    /// Whether `"x"` is a text rather than a name.
    pub double_quotes_text: bool,
}

/// The column of a name as most dialects find it: exactly, or else in any case when only one fits.
pub(crate) fn usual_column(table: &TableSource, name: &str) -> Option<String> {
    if let Some(column) = table.column(name) {
        return Some(column.name.clone());
    }
    let mut near = table.columns.iter().filter(|column| column.name.eq_ignore_ascii_case(name));
    match (near.next(), near.next()) {
        (Some(column), None) => Some(column.name.clone()),
        _ => None,
    }
}

/// The functions that all dialects in the syntax of SQL have, by names in small letters.
pub(crate) fn usual_meaning(name: &str) -> Option<Meaning> {
    let aggregate = match name {
        "count" => Some(AggregateFunction::Count),
        "sum" => Some(AggregateFunction::Sum),
        "avg" | "mean" => Some(AggregateFunction::Avg),
        "min" => Some(AggregateFunction::Min),
        "max" => Some(AggregateFunction::Max),
        "median" => Some(AggregateFunction::Median),
        "stddev" | "stddev_samp" => Some(AggregateFunction::Stddev),
        _ => None,
    };
    let function = match name {
        "lower" => Function::Lower,
        "upper" => Function::Upper,
        "trim" | "btrim" => Function::Trim,
        "length" | "char_length" | "character_length" => Function::Length,
        "substr" | "substring" => Function::Substring,
        "concat" => Function::Concat,
        "replace" => Function::Replace,
        "abs" => Function::Abs,
        "round" => Function::Round,
        "floor" => Function::Floor,
        "ceil" | "ceiling" => Function::Ceil,
        "sqrt" => Function::Sqrt,
        "pow" | "power" => Function::Power,
        "ln" => Function::Ln,
        "coalesce" => Function::Coalesce,
        "nullif" => Function::NullIf,
        "year" => Function::Part(TimePart::Year),
        "month" => Function::Part(TimePart::Month),
        "day" => Function::Part(TimePart::Day),
        "hour" => Function::Part(TimePart::Hour),
        "minute" => Function::Part(TimePart::Minute),
        "second" => Function::Part(TimePart::Second),
        _ => return aggregate.map(Meaning::Aggregate),
    };
    Some(Meaning::Function(function))
}

/// A chain of `and` or `or`, or what stands between them.
enum Joined<'e> {
    All(Vec<&'e Expr>),
    Any(Vec<&'e Expr>),
    One,
}

impl<'a> Syntax<'a> {
    /// A problem in this parameter.
    pub(crate) fn problem(&self, message: impl Into<String>) -> QueryProblem {
        QueryProblem::new(self.parameter, message)
    }

    /// Reads a condition.
    pub(crate) fn filter(&self, text: &str) -> Result<Filter, QueryProblem> {
        let expression = self.parse(text, |parser| parser.parse_expr())?;
        self.check(&expression)?;
        self.condition(&expression)
    }

    /// Reads a list of results, such as `a, sum(b) as c`; `*` stands for all columns.
    pub(crate) fn outputs(&self, text: &str) -> Result<Vec<Output>, QueryProblem> {
        let items = self.parse(text, |parser| parser.parse_projection())?;
        self.select(&items)
    }

    /// The results of a list that was read.
    pub(crate) fn select(&self, items: &[SelectItem]) -> Result<Vec<Output>, QueryProblem> {
        let mut outputs: Vec<Output> = Vec::new();
        let mut add = |output: Output| {
            // The same name twice would be lost in every answer with names.
            let taken = |name: &str, outputs: &[Output]| outputs.iter().any(|known| known.name == name);
            let mut name = output.name.clone();
            let mut count = 1;
            while taken(&name, &outputs) {
                count += 1;
                name = format!("{}_{count}", output.name);
            }
            outputs.push(Output { name, ..output });
            if outputs.len() > OUTPUTS_MAX {
                return Err(self.problem(format!("more than {OUTPUTS_MAX} results are asked for")));
            }
            Ok(())
        };
        for item in items {
            match item {
                SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => {
                    for column in &self.table.columns {
                        add(Output::column(&column.name))?;
                    }
                }
                SelectItem::UnnamedExpr(expression) => {
                    self.check(expression)?;
                    add(Output::named(self.value(expression)?, self.name_of(expression)))?;
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    self.check(expr)?;
                    add(Output::named(self.value(expr)?, alias.value.clone()))?;
                }
                SelectItem::ExprWithAliases { .. } => {
                    return Err(self.problem("a result has one name"));
                }
            }
        }
        Ok(outputs)
    }

    /// Reads a list of values.
    pub(crate) fn values(&self, text: &str) -> Result<Vec<Value>, QueryProblem> {
        let expressions = self.parse(text, |parser| parser.parse_comma_separated(Parser::parse_expr))?;
        expressions
            .iter()
            .map(|expression| {
                self.check(expression)?;
                self.value(expression)
            })
            .collect()
    }

    /// Reads an order, such as `a desc, b`.
    pub(crate) fn sorts(&self, text: &str) -> Result<Vec<Sort>, QueryProblem> {
        let items = self.parse(text, |parser| parser.parse_comma_separated(Parser::parse_order_by_expr))?;
        self.order(&items)
    }

    /// An order that was read.
    pub(crate) fn order(&self, items: &[OrderByExpr]) -> Result<Vec<Sort>, QueryProblem> {
        items
            .iter()
            .map(|item| {
                self.check(&item.expr)?;
                Ok(Sort { value: self.value(&item.expr)?, descending: item.options.asc == Some(false) })
            })
            .collect()
    }

    fn parse<T>(
        &self,
        text: &str,
        read: impl FnOnce(&mut Parser<'_>) -> Result<T, ParserError>,
    ) -> Result<T, QueryProblem> {
        if text.len() > EXPRESSION_BYTES_MAX {
            return Err(self.problem(format!("it is longer than {EXPRESSION_BYTES_MAX} bytes")));
        }
        let parser = Parser::new(self.dialect).with_recursion_limit(EXPRESSION_DEPTH_MAX);
        let mut parser = parser.try_with_sql(text).map_err(|error| self.misread(&error))?;
        let read = read(&mut parser).map_err(|error| self.misread(&error))?;
        match parser.next_token().token {
            Token::EOF => Ok(read),
            token => Err(self.problem(format!("`{}` was not expected", short(&token.to_string())))),
        }
    }

    fn misread(&self, error: &ParserError) -> QueryProblem {
        match error {
            ParserError::TokenizerError(message) | ParserError::ParserError(message) => {
                self.problem(short(message))
            }
            ParserError::RecursionLimitExceeded => {
                self.problem(format!("it nests deeper than {EXPRESSION_DEPTH_MAX}"))
            }
        }
    }

    /// Refuses an expression of too many parts before it is walked.
    pub(crate) fn check(&self, expression: &Expr) -> Result<(), QueryProblem> {
        let mut parts = 0;
        let walked = visit_expressions(expression, |_| {
            parts += 1;
            if parts > CONDITIONS_MAX * 8 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if walked.is_break() {
            return Err(self.problem(format!("it has more than {} parts", CONDITIONS_MAX * 8)));
        }
        Ok(())
    }

    /// What a result is called when it was given no name.
    fn name_of(&self, expression: &Expr) -> String {
        match expression {
            Expr::Identifier(name) => self.named(&name.value).unwrap_or_else(|| name.value.clone()),
            Expr::CompoundIdentifier(names) => {
                names.last().map_or_else(String::new, |name| self.named(&name.value).unwrap_or_default())
            }
            Expr::Nested(inner) => self.name_of(inner),
            Expr::Function(function) => {
                let arguments = arguments(&function.args);
                let name = function.name.to_string().to_lowercase();
                let names: Vec<String> = arguments.iter().map(|argument| self.name_of(argument)).collect();
                if names.is_empty() { name } else { format!("{name}_{}", names.join("_")) }
            }
            other => {
                let text = other.to_string().to_lowercase();
                let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
                words.take(8).collect::<Vec<_>>().join("_")
            }
        }
    }

    fn named(&self, name: &str) -> Option<String> {
        (self.column)(self.table, name)
    }

    /// A column or result by its name, or the problem that there is none.
    pub(crate) fn find(&self, name: &str) -> Result<Value, QueryProblem> {
        if let Some(column) = self.named(name) {
            return Ok(Value::Column(column));
        }
        if let Some(output) = self.results.iter().find(|output| output.name.eq_ignore_ascii_case(name)) {
            return Ok(Value::Column(output.name.clone()));
        }
        let names = self.table.columns.iter().map(|column| column.name.as_str());
        let problem = self.problem(format!("the table has no column `{}`", short(name)));
        Err(match nearest(name, names.clone()) {
            Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
            None => {
                let known: Vec<&str> = names.take(20).collect();
                problem.with_hint(format!("its columns are {}", known.join(", ")))
            }
        })
    }

    /// The table's column that a value is, if it is one.
    pub(crate) fn as_column(&self, value: &Value) -> Option<&'a Column> {
        match value {
            Value::Column(name) => self.table.column(name),
            _ => None,
        }
    }

    /// The text that an expression is, if it is one.
    pub(crate) fn as_text(&self, expression: &Expr) -> Option<String> {
        match expression {
            Expr::Value(constant) => match &constant.value {
                Constant::SingleQuotedString(text)
                | Constant::EscapedStringLiteral(text)
                | Constant::NationalStringLiteral(text)
                | Constant::DoubleQuotedString(text) => Some(text.clone()),
                Constant::Number(text, _) => Some(text.clone()),
                Constant::Boolean(flag) => Some(flag.to_string()),
                _ => None,
            },
            Expr::Identifier(name) if self.double_quotes_text && name.quote_style == Some('"') => {
                Some(name.value.clone())
            }
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match &**expr {
                Expr::Value(constant) => match &constant.value {
                    Constant::Number(text, _) => Some(format!("-{text}")),
                    _ => None,
                },
                _ => None,
            },
            Expr::TypedString(typed) => match &typed.value.value {
                Constant::SingleQuotedString(text) | Constant::DoubleQuotedString(text) => Some(text.clone()),
                _ => None,
            },
            Expr::Nested(inner) => self.as_text(inner),
            Expr::Cast { expr, kind: CastKind::DoubleColon, .. } => self.as_text(expr),
            _ => None,
        }
    }

    /// A computed value.
    pub(crate) fn value(&self, expression: &Expr) -> Result<Value, QueryProblem> {
        let unknown = || self.problem(format!("`{}` is not understood here", short(&expression.to_string())));
        match expression {
            Expr::Identifier(name) if self.double_quotes_text && name.quote_style == Some('"') => {
                Ok(Value::text(name.value.clone()))
            }
            Expr::Identifier(name) => self.find(&name.value),
            Expr::CompoundIdentifier(names) => {
                names.last().map_or_else(|| Err(unknown()), |name| self.find(&name.value))
            }
            Expr::Nested(inner) => self.value(inner),
            Expr::Value(constant) => match &constant.value {
                Constant::Null => Ok(Value::Null),
                Constant::Boolean(flag) => Ok(Value::Literal(Literal::Boolean(*flag))),
                Constant::Number(text, _) => number(text).map(Value::Literal).ok_or_else(unknown),
                _ => self.as_text(expression).map(Value::text).ok_or_else(unknown),
            },
            Expr::TypedString(typed) => {
                let text = self.as_text(expression).ok_or_else(unknown)?;
                let kind = match &typed.data_type {
                    DataType::Date => ColumnType::Date,
                    DataType::Timestamp(..) => ColumnType::Datetime,
                    _ => return Err(unknown()),
                };
                Literal::read(&text, kind).map(Value::Literal).map_err(|message| self.problem(message))
            }
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match self.as_text(expression) {
                Some(text) => number(&text).map(Value::Literal).ok_or_else(unknown),
                None => Ok(Value::Call(Function::Negate, vec![self.value(expr)?])),
            },
            Expr::UnaryOp { op: UnaryOperator::Plus, expr } => self.value(expr),
            Expr::BinaryOp { left, op, right } => {
                let function = match op {
                    BinaryOperator::Plus => Function::Add,
                    BinaryOperator::Minus => Function::Subtract,
                    BinaryOperator::Multiply => Function::Multiply,
                    BinaryOperator::Divide => Function::Divide,
                    BinaryOperator::Modulo => Function::Modulo,
                    BinaryOperator::StringConcat => Function::Concat,
                    BinaryOperator::PGExp => Function::Power,
                    _ => return self.truth(expression),
                };
                Ok(Value::Call(function, vec![self.value(left)?, self.value(right)?]))
            }
            Expr::Function(function) => self.called(&function.name.to_string(), function),
            Expr::Cast { expr, data_type, .. } => {
                let function = match data_type {
                    DataType::Text | DataType::Varchar(_) | DataType::String(_) | DataType::Char(_) => {
                        Function::ToText
                    }
                    DataType::Int(_) | DataType::Integer(_) | DataType::BigInt(_) | DataType::SmallInt(_) => {
                        Function::ToInteger
                    }
                    DataType::Real
                    | DataType::Float(_)
                    | DataType::Double(_)
                    | DataType::DoublePrecision
                    | DataType::Numeric(_)
                    | DataType::Decimal(_) => Function::ToNumber,
                    DataType::Date => Function::ToDate,
                    DataType::Timestamp(..) | DataType::Datetime(_) => Function::ToTimestamp,
                    other => {
                        return Err(self
                            .problem(format!("there is no type `{}`", short(&other.to_string())))
                            .with_hint("cast to text, integer, numeric, date or timestamp"));
                    }
                };
                Ok(Value::Call(function, vec![self.value(expr)?]))
            }
            Expr::Extract { field, expr, .. } => {
                let part = part_of(field).ok_or_else(unknown)?;
                Ok(Value::Call(Function::Part(part), vec![self.value(expr)?]))
            }
            Expr::Floor { expr, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
                Ok(Value::Call(Function::Floor, vec![self.value(expr)?]))
            }
            Expr::Ceil { expr, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
                Ok(Value::Call(Function::Ceil, vec![self.value(expr)?]))
            }
            Expr::Substring { expr, substring_from: Some(from), substring_for, .. } => {
                let mut arguments = vec![self.value(expr)?, self.value(from)?];
                if let Some(length) = substring_for {
                    arguments.push(self.value(length)?);
                }
                Ok(Value::Call(Function::Substring, arguments))
            }
            Expr::Trim { trim_where: None, trim_what: None, expr, trim_characters: None } => {
                Ok(Value::Call(Function::Trim, vec![self.value(expr)?]))
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                let operand = operand.as_ref().map(|operand| self.value(operand)).transpose()?;
                let branches = conditions.iter().map(|branch| {
                    let when = match &operand {
                        None => self.condition(&branch.condition)?,
                        Some(operand) => self.compared(
                            operand.clone(),
                            Comparison::Eq,
                            &branch.condition,
                            self.value(&branch.condition)?,
                        )?,
                    };
                    Ok((when, self.value(&branch.result)?))
                });
                let branches = branches.collect::<Result<Vec<_>, QueryProblem>>()?;
                let otherwise = else_result.as_ref().map(|value| self.value(value)).transpose()?;
                Ok(Value::Case(branches, otherwise.map(Box::new)))
            }
            Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::InList { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::ILike { .. }
            | Expr::UnaryOp { op: UnaryOperator::Not, .. } => self.truth(expression),
            _ => Err(unknown()),
        }
    }

    /// A condition as a value: true, false, or none where it is not known.
    fn truth(&self, expression: &Expr) -> Result<Value, QueryProblem> {
        let holds = self.condition(expression)?;
        let flag = |flag| Value::Literal(Literal::Boolean(flag));
        let fails = holds.clone().known_not();
        Ok(Value::Case(vec![(holds, flag(true)), (fails, flag(false))], None))
    }

    fn called(
        &self,
        name: &str,
        function: &datafusion::sql::sqlparser::ast::Function,
    ) -> Result<Value, QueryProblem> {
        let plain = function.filter.is_none()
            && function.over.is_none()
            && function.within_group.is_empty()
            && function.null_treatment.is_none();
        let (given, distinct) = (arguments(&function.args), is_distinct(&function.args));
        let name = name.to_lowercase();
        if !plain {
            return Err(self.problem(format!("`{}` can't be used so", short(&name))));
        }
        let meaning = (self.meaning)(&name).ok_or_else(|| self.no_function(&name))?;
        match meaning {
            Meaning::Value(make) => make(self, &given),
            Meaning::Condition(make) => {
                let holds = make(self, &given)?;
                let flag = |flag| Value::Literal(Literal::Boolean(flag));
                Ok(Value::Case(vec![(holds, flag(true))], Some(Box::new(flag(false)))))
            }
            Meaning::Function(function) => {
                let (few, many) = function.arity();
                if !(few..=many).contains(&given.len()) {
                    let wants = if few == many { few.to_string() } else { format!("{few} to {many}") };
                    return Err(self.problem(format!("`{name}` takes {wants} values, not {}", given.len())));
                }
                let values = given.iter().map(|value| self.value(value)).collect::<Result<_, _>>()?;
                Ok(Value::Call(function, values))
            }
            Meaning::Aggregate(aggregate) => {
                let aggregate = match (aggregate, distinct) {
                    (AggregateFunction::Count, true) => AggregateFunction::CountDistinct,
                    (other, false) => other,
                    (_, true) => return Err(self.problem(format!("`{name}` can't be of distinct values"))),
                };
                match &given[..] {
                    [] if aggregate == AggregateFunction::Count => Ok(Value::Aggregate(aggregate, None)),
                    [of] => {
                        let of = self.value(of)?;
                        if of.has_aggregate() {
                            return Err(self.problem(format!("`{name}` is of rows, not of groups")));
                        }
                        if let Some(column) = self.as_column(&of)
                            && !self.table.suits(aggregate, column)
                        {
                            let (name, kind) = (&column.name, column.kind.name());
                            let message = format!("`{name}` holds {kind}, which has no {}", aggregate.name());
                            return Err(self.problem(message));
                        }
                        Ok(Value::Aggregate(aggregate, Some(Box::new(of))))
                    }
                    _ => Err(self.problem(format!("`{name}` takes one value"))),
                }
            }
        }
    }

    /// So many numbers.
    pub(crate) fn numbers<const N: usize>(&self, given: &[Expr]) -> Result<[f64; N], QueryProblem> {
        let read =
            |value: &Expr| self.as_text(value)?.parse::<f64>().ok().filter(|number| number.is_finite());
        let numbers: Option<Vec<f64>> = given.iter().map(read).collect();
        let numbers = numbers.and_then(|numbers| <[f64; N]>::try_from(numbers).ok());
        numbers.ok_or_else(|| self.problem(format!("{N} numbers are needed after the place")))
    }

    /// The rows whose place lies so to a shape. A place is called by its name in the other system, or by one of its columns.
    pub(crate) fn placed(
        &self,
        place: &Expr,
        relation: Relation,
        shape: Shape,
    ) -> Result<Filter, QueryProblem> {
        let name = match place {
            Expr::Identifier(name) => name.value.clone(),
            other => return Err(self.problem(format!("`{}` is no place", short(&other.to_string())))),
        };
        let name = self.named(&name).unwrap_or(name);
        let degrees = Degrees::of_field(self.table, &name).map_err(|message| self.problem(message))?;
        Ok(Filter::Place { degrees, relation, shape })
    }

    fn no_function(&self, name: &str) -> QueryProblem {
        self.problem(format!("there is no function `{}`", short(name)))
    }

    /// A condition.
    pub(crate) fn condition(&self, expression: &Expr) -> Result<Filter, QueryProblem> {
        match joined(expression) {
            Joined::All(parts) => {
                return parts
                    .into_iter()
                    .map(|part| self.condition(part))
                    .collect::<Result<_, _>>()
                    .map(Filter::All);
            }
            Joined::Any(parts) => {
                return parts
                    .into_iter()
                    .map(|part| self.condition(part))
                    .collect::<Result<_, _>>()
                    .map(Filter::Any);
            }
            Joined::One => {}
        }
        let negated_if = |negated: bool, filter: Filter| if negated { filter.known_not() } else { filter };
        match expression {
            Expr::Nested(inner) => self.condition(inner),
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => Ok(self.condition(expr)?.known_not()),
            Expr::BinaryOp { left, op, right } => {
                let how = match op {
                    BinaryOperator::Eq => Comparison::Eq,
                    BinaryOperator::NotEq => Comparison::Ne,
                    BinaryOperator::Lt => Comparison::Lt,
                    BinaryOperator::LtEq => Comparison::Lte,
                    BinaryOperator::Gt => Comparison::Gt,
                    BinaryOperator::GtEq => Comparison::Gte,
                    BinaryOperator::PGRegexMatch => {
                        return self.matched(left, right, TextMatch::Regex, false);
                    }
                    BinaryOperator::PGRegexIMatch => {
                        return self.matched(left, right, TextMatch::Regex, true);
                    }
                    other => return Err(self.problem(format!("`{other}` is not a comparison"))),
                };
                // A value on the left is turned to the right, where the column's type can read it.
                match (self.as_text(left), self.as_text(right)) {
                    (Some(_), None) => {
                        self.compared(self.value(right)?, how.mirrored(), left, self.value(left)?)
                    }
                    _ => self.compared(self.value(left)?, how, right, self.value(right)?),
                }
            }
            Expr::IsNull(inner) => self.missing(inner),
            Expr::IsNotNull(inner) => Ok(Filter::Not(Box::new(self.missing(inner)?))),
            Expr::IsTrue(inner) => self.condition(inner),
            Expr::IsFalse(inner) => Ok(self.condition(inner)?.known_not()),
            Expr::IsNotTrue(inner) => Ok(Filter::Not(Box::new(self.condition(inner)?))),
            Expr::InList { expr, list, negated } => {
                if list.len() > LIST_MAX {
                    return Err(self.problem(format!("a list has more than {LIST_MAX} values")));
                }
                let left = self.value(expr)?;
                let choices = list
                    .iter()
                    .map(|choice| self.compared(left.clone(), Comparison::Eq, choice, self.value(choice)?))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(negated_if(*negated, one_of(choices)))
            }
            Expr::Between { expr, negated, low, high } => {
                let value = self.value(expr)?;
                let between = Filter::All(vec![
                    self.compared(value.clone(), Comparison::Gte, low, self.value(low)?)?,
                    self.compared(value, Comparison::Lte, high, self.value(high)?)?,
                ]);
                Ok(negated_if(*negated, between))
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                Ok(negated_if(*negated, self.matched(expr, pattern, TextMatch::Like, false)?))
            }
            Expr::ILike { negated, any: false, expr, pattern, escape_char: None } => {
                Ok(negated_if(*negated, self.matched(expr, pattern, TextMatch::Like, true)?))
            }
            Expr::Function(function) => {
                let name = function.name.to_string().to_lowercase();
                match (self.meaning)(&name) {
                    Some(Meaning::Condition(make)) => make(self, &arguments(&function.args)),
                    Some(_) => self.is_true(expression),
                    None => Err(self.no_function(&name)),
                }
            }
            Expr::Value(constant) => match &constant.value {
                Constant::Boolean(true) => Ok(Filter::everything()),
                Constant::Boolean(false) | Constant::Null => Ok(Filter::nothing()),
                _ => Err(self.problem(format!("`{}` is not a condition", short(&expression.to_string())))),
            },
            _ => self.is_true(expression),
        }
    }

    /// A value that is true or false, taken for a condition.
    fn is_true(&self, expression: &Expr) -> Result<Filter, QueryProblem> {
        let value = self.value(expression)?;
        match self.as_column(&value) {
            Some(column) if column.kind != ColumnType::Boolean => {
                let (name, kind) = (&column.name, column.kind.name());
                Err(self
                    .problem(format!("`{name}` holds {kind}, which is no condition"))
                    .with_hint(format!("compare it with something, like `{name} = 1`")))
            }
            _ => Ok(Filter::Test {
                left: value,
                how: Comparison::Eq,
                right: Value::Literal(Literal::Boolean(true)),
            }),
        }
    }

    fn missing(&self, expression: &Expr) -> Result<Filter, QueryProblem> {
        let value = self.value(expression)?;
        Ok(match self.as_column(&value) {
            Some(column) => Filter::Null { column: column.name.clone() },
            None => Filter::Missing(value),
        })
    }

    /// A comparison; a constant is read by the type of the column that it is compared with.
    fn compared(
        &self,
        left: Value,
        how: Comparison,
        written: &Expr,
        right: Value,
    ) -> Result<Filter, QueryProblem> {
        let kind = match &left {
            Value::Column(name) if name == ROW => Some(ColumnType::Integer),
            value => self.as_column(value).map(|column| column.kind),
        };
        // No comparison with "no value" is known to hold.
        if right == Value::Null {
            return Ok(Filter::nothing());
        }
        match (&left, kind, self.as_text(written)) {
            (Value::Column(column), Some(kind), Some(text)) => {
                let value = Literal::read(&text, kind).map_err(|message| {
                    self.problem(format!("{message} (`{column}` holds {})", kind.name()))
                })?;
                let compared = Filter::Compare { column: column.clone(), how, value };
                // Ours counts rows without a value as different; SQL does not.
                Ok(match how {
                    Comparison::Ne => {
                        let null = Filter::Null { column: column.clone() };
                        Filter::All(vec![compared, Filter::Not(Box::new(null))])
                    }
                    _ => compared,
                })
            }
            _ => Ok(Filter::Test { left, how, right }),
        }
    }

    /// A text that matches a constant pattern.
    fn matched(
        &self,
        expression: &Expr,
        pattern: &Expr,
        how: TextMatch,
        ignore_case: bool,
    ) -> Result<Filter, QueryProblem> {
        let text = self.as_text(pattern).ok_or_else(|| self.problem("a pattern has to be a text"))?;
        self.like(self.value(expression)?, how, text, ignore_case)
    }

    /// A text that matches.
    pub(crate) fn like(
        &self,
        value: Value,
        how: TextMatch,
        text: String,
        ignore_case: bool,
    ) -> Result<Filter, QueryProblem> {
        if how == TextMatch::Regex && text.len() > REGEX_BYTES_MAX {
            return Err(self.problem(format!("a regular expression is longer than {REGEX_BYTES_MAX} bytes")));
        }
        Ok(match self.as_column(&value) {
            Some(column) if column.kind == ColumnType::Text => {
                Filter::Text { column: column.name.clone(), how, text, ignore_case }
            }
            // A number is matched as it is printed.
            Some(_) => {
                Filter::Matches { value: Value::Call(Function::ToText, vec![value]), how, text, ignore_case }
            }
            None => Filter::Matches { value, how, text, ignore_case },
        })
    }
}

/// Values of one column as a list, which is faster than a choice of comparisons.
fn one_of(choices: Vec<Filter>) -> Filter {
    let mut of = None;
    let mut values = Vec::with_capacity(choices.len());
    for choice in &choices {
        match choice {
            Filter::Compare { column, how: Comparison::Eq, value } if of.is_none_or(|of| of == column) => {
                of = Some(column);
                values.push(value.clone());
            }
            _ => return Filter::Any(choices),
        }
    }
    match of.cloned() {
        Some(column) => Filter::In { column, values },
        None => Filter::nothing(),
    }
}

/// Takes a chain of `and` or `or` apart without recursion: it may be long.
fn joined(expression: &Expr) -> Joined<'_> {
    let Expr::BinaryOp { op: first, .. } = expression else { return Joined::One };
    if !matches!(first, BinaryOperator::And | BinaryOperator::Or) {
        return Joined::One;
    }
    let mut parts = Vec::new();
    let mut left = expression;
    while let Expr::BinaryOp { left: next, op, right } = left
        && op == first
    {
        parts.push(&**right);
        left = next;
    }
    parts.push(left);
    parts.reverse();
    if *first == BinaryOperator::And { Joined::All(parts) } else { Joined::Any(parts) }
}

/// The values that a function is given; `*` is none.
pub(crate) fn arguments(arguments: &FunctionArguments) -> Vec<Expr> {
    let FunctionArguments::List(list) = arguments else { return Vec::new() };
    list.args
        .iter()
        .filter_map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(expression.clone()),
            _ => None,
        })
        .collect()
}

fn is_distinct(arguments: &FunctionArguments) -> bool {
    matches!(arguments, FunctionArguments::List(list) if list.duplicate_treatment == Some(DuplicateTreatment::Distinct))
}

fn number(text: &str) -> Option<Literal> {
    match text.parse::<i64>() {
        Ok(number) => Some(Literal::Integer(number)),
        Err(_) => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Literal::Number),
    }
}

fn part_of(field: &DateTimeField) -> Option<TimePart> {
    Some(match field {
        DateTimeField::Year | DateTimeField::Years => TimePart::Year,
        DateTimeField::Quarter => TimePart::Quarter,
        DateTimeField::Month | DateTimeField::Months => TimePart::Month,
        DateTimeField::Week(_) => TimePart::Week,
        DateTimeField::Day | DateTimeField::Days => TimePart::Day,
        DateTimeField::Dow => TimePart::DayOfWeek,
        DateTimeField::Hour | DateTimeField::Hours => TimePart::Hour,
        DateTimeField::Minute | DateTimeField::Minutes => TimePart::Minute,
        DateTimeField::Second | DateTimeField::Seconds => TimePart::Second,
        _ => return None,
    })
}
