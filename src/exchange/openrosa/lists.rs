//! The lists around forms: which there are, what goes with one, and answers to phones.

use std::fmt::Write as _;

use super::escaped;

/// A form as a list has it.
pub struct Listed {
    pub id: String,
    pub name: String,
    pub version: String,
    /// Of its bytes, MD5 in hexadecimal digits.
    pub hash: String,
    pub url: String,
    pub manifest_url: String,
}

/// A file that goes with a form.
pub struct Media {
    pub name: String,
    pub hash: String,
    pub url: String,
    /// A list of entities: phones change their copies without a connection.
    pub entities: bool,
}

/// The list of forms (OpenRosa Form List API).
pub fn form_list(forms: &[Listed]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <xforms xmlns=\"http://openrosa.org/xforms/xformsList\">",
    );
    for form in forms {
        let _ = write!(
            xml,
            "<xform><formID>{}</formID><name>{}</name><version>{}</version><hash>md5:{}</hash>\
             <downloadUrl>{}</downloadUrl><manifestUrl>{}</manifestUrl></xform>",
            escaped(&form.id),
            escaped(&form.name),
            escaped(&form.version),
            form.hash,
            escaped(&form.url),
            escaped(&form.manifest_url)
        );
    }
    xml.push_str("</xforms>\n");
    xml
}

/// What goes with a form (OpenRosa Form Manifest API).
pub fn manifest(files: &[Media]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <manifest xmlns=\"http://openrosa.org/xforms/xformsManifest\">",
    );
    for file in files {
        let kind = if file.entities { " type=\"entityList\"" } else { "" };
        let _ = write!(
            xml,
            "<mediaFile{kind}><filename>{}</filename><hash>md5:{}</hash>\
             <downloadUrl>{}</downloadUrl></mediaFile>",
            escaped(&file.name),
            file.hash,
            escaped(&file.url)
        );
    }
    xml.push_str("</manifest>\n");
    xml
}

/// What a phone is told after it has sent something (OpenRosa Response).
pub fn response(message: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <OpenRosaResponse xmlns=\"http://openrosa.org/http/response\">\
         <message>{}</message></OpenRosaResponse>\n",
        escaped(message)
    )
}

/// Rows below a header, as phones read them.
///
/// # Panics
/// Where a row is not as long as the header.
pub fn csv(header: &[String], rows: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Into memory, and every row has the header's length.
    writer.write_record(header).expect("a header is written");
    for row in rows {
        writer.write_record(row).expect("a row is written");
    }
    let bytes = writer.into_inner().expect("it was written whole");
    String::from_utf8(bytes).expect("texts make a text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        let files = [Media {
            name: "a&b.csv".into(),
            hash: "0".into(),
            url: "http://h/?a=1&b=2".into(),
            entities: true,
        }];
        let xml = manifest(&files);
        assert!(xml.contains("<mediaFile type=\"entityList\"><filename>a&amp;b.csv</filename>"));
        assert!(xml.contains("http://h/?a=1&amp;b=2"));
        assert!(response("<b>").contains("&lt;b&gt;"));
    }

    #[test]
    fn a_row_keeps_its_cells_apart() {
        let text = csv(&["name".into(), "label".into()], &[vec!["1".into(), "Tas, \"A\"".into()]]);
        assert_eq!(text, "name,label\n1,\"Tas, \"\"A\"\"\"\n");
    }
}
