//! Workbooks out: the few parts of Office Open XML (ECMA-376) that tables to fill
//! in need. A whole spreadsheet library would weigh more than the engine, and a
//! compressor more than all that it would save.

use super::zip_out::ZipOut;
use std::fmt::Write as _;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const MEDIA: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// How a cell or column looks: its position among the formats of [`styles`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// As it comes.
    Plain = 0,
    /// Bold.
    Header = 1,
    /// Text, so that no digit of a code is lost.
    Text = 2,
}

/// A sheet while it is written, row by row from the top.
pub(crate) struct SheetOut {
    name: &'static str,
    columns: String,
    n_columns: u32,
    rows: String,
    n_rows: u32,
    /// Rows and columns that stay in view.
    frozen: (u32, u32),
}

/// A cell to write.
pub(crate) enum CellOut<'a> {
    /// Nothing.
    Blank,
    /// A text, never a formula.
    Text(&'a str),
    /// A number.
    Number(f64),
}

impl SheetOut {
    /// An empty sheet; names have at most 31 characters, none of `[]:*?/\`.
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            columns: String::new(),
            n_columns: 0,
            rows: String::new(),
            n_rows: 0,
            frozen: (0, 0),
        }
    }

    /// Describes the next column, from the left; width in characters.
    pub(crate) fn column(&mut self, width: u32, look: Look) {
        self.n_columns += 1;
        let _ = write!(
            self.columns,
            "<col min=\"{0}\" max=\"{0}\" width=\"{width}\" style=\"{1}\" customWidth=\"1\"/>",
            self.n_columns, look as u8
        );
    }

    /// Writes the next row.
    pub(crate) fn row<'a>(&mut self, cells: impl IntoIterator<Item = CellOut<'a>>, look: Look) {
        self.n_rows += 1;
        let _ = write!(self.rows, "<row r=\"{}\">", self.n_rows);
        for (column, cell) in cells.into_iter().enumerate() {
            let at = format!("{}{}", column_name(column), self.n_rows);
            let _ = match cell {
                CellOut::Blank => Ok(()),
                CellOut::Number(x) => {
                    write!(
                        self.rows,
                        "<c r=\"{at}\" s=\"{}\"><v>{x}</v></c>",
                        look as u8
                    )
                }
                CellOut::Text(text) => write!(
                    self.rows,
                    "<c r=\"{at}\" s=\"{}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                    look as u8,
                    escaped(text)
                ),
            };
        }
        self.rows.push_str("</row>");
    }

    /// Keeps the first rows and columns in view.
    pub(crate) fn freeze(&mut self, rows: u32, columns: u32) {
        self.frozen = (rows, columns);
    }

    fn xml(&self) -> String {
        let (rows, columns) = self.frozen;
        let mut pane = String::new();
        if self.frozen != (0, 0) {
            let corner = format!("{}{}", column_name(columns as usize), rows + 1);
            let _ = write!(
                pane,
                "<pane xSplit=\"{columns}\" ySplit=\"{rows}\" topLeftCell=\"{corner}\" \
                 activePane=\"bottomRight\" state=\"frozen\"/>"
            );
        }
        let columns = match self.columns.as_str() {
            "" => String::new(),
            columns => format!("<cols>{columns}</cols>"),
        };
        format!(
            "{DECLARATION}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView \
             workbookViewId=\"0\">{pane}</sheetView></sheetViews>{columns}<sheetData>{}\
             </sheetData></worksheet>",
            self.rows
        )
    }
}

/// The file of a workbook; `None` beyond what an archive can hold, 4 GB.
pub(crate) fn workbook(sheets: &[SheetOut]) -> Option<Vec<u8>> {
    let numbered = || sheets.iter().enumerate().map(|(i, sheet)| (i + 1, sheet));
    let mut zip = ZipOut::default();
    let mut part = |name: &str, xml: &str| zip.put(name, xml.as_bytes());
    let overrides = numbered().fold(String::new(), |mut xml, (i, _)| {
        let _ = write!(
            xml,
            "<Override PartName=\"/xl/worksheets/sheet{i}.xml\" ContentType=\"{MEDIA}.worksheet+xml\"/>"
        );
        xml
    });
    part(
        "[Content_Types].xml",
        &format!(
            "{DECLARATION}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
             ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default \
             Extension=\"xml\" ContentType=\"application/xml\"/><Override \
             PartName=\"/xl/workbook.xml\" ContentType=\"{MEDIA}.sheet.main+xml\"/><Override \
             PartName=\"/xl/styles.xml\" ContentType=\"{MEDIA}.styles+xml\"/>{overrides}</Types>"
        ),
    )?;
    part(
        "_rels/.rels",
        &relations(&[("officeDocument", "xl/workbook.xml".to_owned())]),
    )?;
    let listed = numbered().fold(String::new(), |mut xml, (i, sheet)| {
        let name = escaped(sheet.name);
        let _ = write!(
            xml,
            "<sheet name=\"{name}\" sheetId=\"{i}\" r:id=\"rId{i}\"/>"
        );
        xml
    });
    part(
        "xl/workbook.xml",
        &format!(
            "{DECLARATION}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{listed}\
             </sheets></workbook>"
        ),
    )?;
    let mut targets: Vec<(&str, String)> = numbered()
        .map(|(i, _)| ("worksheet", format!("worksheets/sheet{i}.xml")))
        .collect();
    targets.push(("styles", "styles.xml".to_owned()));
    part("xl/_rels/workbook.xml.rels", &relations(&targets))?;
    part("xl/styles.xml", &styles())?;
    for (i, sheet) in numbered() {
        part(&format!("xl/worksheets/sheet{i}.xml"), &sheet.xml())?;
    }
    zip.finish()
}

fn relations(targets: &[(&str, String)]) -> String {
    let mut xml = format!("{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for (i, (kind, target)) in targets.iter().enumerate() {
        let _ = write!(
            xml,
            "<Relationship Id=\"rId{}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>",
            i + 1
        );
    }
    xml.push_str("</Relationships>");
    xml
}

/// The formats in the order of [`Look`]; 49 is the built-in format for text.
fn styles() -> String {
    let font = |bold: &str| format!("<font>{bold}<sz val=\"11\"/><name val=\"Calibri\"/></font>");
    let format = |number: u8, font: u8| {
        format!(
            "<xf numFmtId=\"{number}\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\" xfId=\"0\" \
             applyNumberFormat=\"1\" applyFont=\"1\"/>"
        )
    };
    format!(
        "{DECLARATION}<styleSheet xmlns=\"{MAIN}\"><fonts count=\"2\">{}{}</fonts><fills \
         count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill \
         patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/>\
         <top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf \
         numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs \
         count=\"3\">{}{}{}</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" \
         xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>",
        font(""),
        font("<b/>"),
        format(0, 0),
        format(0, 1),
        format(49, 0),
    )
}

/// Letters of a column counted from 0.
fn column_name(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'A' + (column % 26) as u8);
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    letters.iter().rev().map(|b| char::from(*b)).collect()
}

/// A text as XML content or attribute; control characters, which XML cannot hold,
/// become spaces.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => out.push(' '),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{RawCell, decode};

    #[test]
    fn what_is_written_reads_back() {
        let mut sheet = SheetOut::new("数据 & <表>");
        sheet.column(20, Look::Text);
        sheet.freeze(1, 1);
        let hostile = "=1+1 & <b>\"甲\"</b>\u{1} 村\n二";
        sheet.row([CellOut::Text("名")], Look::Header);
        sheet.row(
            [
                CellOut::Text(hostile),
                CellOut::Blank,
                CellOut::Number(0.1 + 0.2),
            ],
            Look::Plain,
        );
        let bytes = workbook(&[sheet, SheetOut::new("空")]).unwrap();
        let decoded = decode("a.xlsx", &bytes, None);
        assert_eq!(decoded.findings, []);
        let [first, second] = &decoded.workbook.sheets[..] else {
            panic!("{:?}", decoded.workbook);
        };
        assert_eq!(
            (first.name.as_str(), second.name.as_str()),
            ("数据 & <表>", "空")
        );
        assert_eq!(first.rows[0].cells, [(1, RawCell::Text("名".into()))]);
        let expected = hostile.replace('\u{1}', " ");
        assert_eq!(
            first.rows[1].cells,
            [
                (1, RawCell::Text(expected)),
                (3, RawCell::Number(0.1 + 0.2))
            ]
        );
    }

    #[test]
    fn columns_have_letters() {
        let names = [0, 25, 26, 27, 701, 702].map(column_name);
        assert_eq!(names, ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
    }
}
