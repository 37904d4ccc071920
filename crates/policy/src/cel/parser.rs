//! Tokens to a tree, by precedence climbing; every node knows its place in the source.

use std::ops::Range;

use super::lexer::{Token, tokens};
use super::{MAX_DEPTH, MAX_LENGTH, Mistake};

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) span: Range<usize>,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Node>),
    Name(String),
    /// `owner.name`, with the place of the name.
    Field(Box<Node>, String, Range<usize>),
    Not(Box<Node>),
    Negate(Box<Node>),
    Binary(&'static str, Box<Node>, Box<Node>),
    Choice(Box<Node>, Box<Node>, Box<Node>),
    /// `name(…)`, or `receiver.name(…)` with the receiver first.
    Call {
        name: String,
        name_span: Range<usize>,
        receiver: Option<Box<Node>>,
        arguments: Vec<Node>,
    },
}

/// The tree of a whole source.
pub(crate) fn parse(source: &str) -> Result<Node, Mistake> {
    if source.len() > MAX_LENGTH {
        return Err(Mistake::new(0..source.len().min(1), format!("an expression has at most {MAX_LENGTH} bytes"))
            .help("make two policies of it"));
    }
    let mut parser = Parser { tokens: tokens(source)?, at: 0, depth: 0 };
    let node = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(node),
        _ => Err(parser.unexpected("the expression should end here").help("join conditions with `&&` or `||`")),
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    fn next(&mut self) -> (Token, Range<usize>) {
        let token = self.tokens[self.at].clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn eat(&mut self, op: &str) -> bool {
        let found = matches!(self.peek(), Token::Op(it) if *it == op);
        if found {
            self.next();
        }
        found
    }

    fn expect(&mut self, op: &str) -> Result<Range<usize>, Mistake> {
        let span = self.span();
        if self.eat(op) {
            Ok(span)
        } else {
            Err(self
                .unexpected(&format!("`{op}` is missing here"))
                .help(format!("add `{op}`, or look for a stray sign before")))
        }
    }

    fn unexpected(&self, message: &str) -> Mistake {
        let mut span = self.span();
        if span.is_empty() {
            span.start = span.start.saturating_sub(1);
        }
        Mistake::new(span, message)
    }

    fn deeper(&mut self) -> Result<(), Mistake> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Mistake::new(self.span(), format!("an expression nests at most {MAX_DEPTH} deep"))
                .help("take out parentheses, use `in [...]` for a row of `||`, or make two policies of it"));
        }
        Ok(())
    }

    fn expression(&mut self) -> Result<Node, Mistake> {
        self.deeper()?;
        let condition = self.binary(0)?;
        let node = if self.eat("?") {
            let yes = self.expression()?;
            self.expect(":")?;
            let no = self.expression()?;
            let span = condition.span.start..no.span.end;
            Node { kind: Kind::Choice(Box::new(condition), Box::new(yes), Box::new(no)), span }
        } else {
            condition
        };
        self.depth -= 1;
        Ok(node)
    }

    fn operator(&self) -> Option<(&'static str, u8)> {
        match self.peek() {
            Token::Op(op) => match *op {
                "||" => Some(("||", 1)),
                "&&" => Some(("&&", 2)),
                "==" | "!=" | "<" | "<=" | ">" | ">=" => Some((op, 3)),
                "+" | "-" => Some((op, 4)),
                "*" | "/" | "%" => Some((op, 5)),
                _ => None,
            },
            Token::Ident(word) if word == "in" => Some(("in", 3)),
            _ => None,
        }
    }

    fn binary(&mut self, least: u8) -> Result<Node, Mistake> {
        let mut left = self.unary()?;
        let mut links = 0;
        while let Some((op, power)) = self.operator() {
            if power < least.max(1) {
                break;
            }
            self.next();
            links += 1;
            self.deeper()?;
            let right = self.binary(power + 1)?;
            let span = left.span.start..right.span.end;
            left = Node { kind: Kind::Binary(op, Box::new(left), Box::new(right)), span };
        }
        self.depth -= links;
        Ok(left)
    }

    fn unary(&mut self) -> Result<Node, Mistake> {
        let start = self.span().start;
        for (op, make) in [("!", Kind::Not as fn(Box<Node>) -> Kind), ("-", Kind::Negate)] {
            if self.eat(op) {
                self.deeper()?;
                let inner = self.unary()?;
                self.depth -= 1;
                let span = start..inner.span.end;
                return Ok(Node { kind: make(Box::new(inner)), span });
            }
        }
        self.postfix()
    }

    fn postfix(&mut self) -> Result<Node, Mistake> {
        let mut node = self.primary()?;
        let mut links = 0;
        while self.eat(".") {
            links += 1;
            self.deeper()?;
            let name_span = self.span();
            let Token::Ident(name) = self.peek().clone() else {
                return Err(self.unexpected("a name is missing after the dot").help("as in `user.enabled`"));
            };
            self.next();
            let start = node.span.start;
            node = if self.eat("(") {
                let (arguments, end) = self.arguments(")")?;
                let kind = Kind::Call { name, name_span, receiver: Some(Box::new(node)), arguments };
                Node { kind, span: start..end }
            } else {
                let span = start..name_span.end;
                Node { kind: Kind::Field(Box::new(node), name, name_span), span }
            };
        }
        self.depth -= links;
        Ok(node)
    }

    fn arguments(&mut self, close: &str) -> Result<(Vec<Node>, usize), Mistake> {
        let mut arguments = Vec::new();
        loop {
            let span = self.span();
            if self.eat(close) {
                return Ok((arguments, span.end));
            }
            if !arguments.is_empty() {
                self.expect(",")?;
            }
            arguments.push(self.expression()?);
        }
    }

    fn primary(&mut self) -> Result<Node, Mistake> {
        let (token, span) = self.next();
        let kind = match token {
            Token::Int(value) => Kind::Int(value),
            Token::Text(value) => Kind::Text(value),
            Token::Ident(word) => match word.as_str() {
                "true" => Kind::Bool(true),
                "false" => Kind::Bool(false),
                "null" => Kind::Null,
                _ if self.eat("(") => {
                    let (arguments, end) = self.arguments(")")?;
                    let kind = Kind::Call { name: word, name_span: span.clone(), receiver: None, arguments };
                    return Ok(Node { kind, span: span.start..end });
                }
                _ => Kind::Name(word),
            },
            Token::Op("(") => {
                let inner = self.expression()?;
                let end = self.expect(")")?.end;
                return Ok(Node { kind: inner.kind, span: span.start..end });
            }
            Token::Op("[") => {
                let (items, end) = self.arguments("]")?;
                return Ok(Node { kind: Kind::List(items), span: span.start..end });
            }
            Token::Op(_) | Token::End => {
                self.at = self.at.saturating_sub(usize::from(token != Token::End));
                return Err(self
                    .unexpected("a value is missing here")
                    .help("a column, a text in quotes, a number, or a condition in parentheses can stand here"));
            }
        };
        Ok(Node { kind, span })
    }
}
