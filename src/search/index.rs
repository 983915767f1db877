//! The index of one audience on disk: its fields, how it is opened, written and cleaned.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, NoMergePolicy};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{RawTokenizer, TextAnalyzer, WhitespaceTokenizer};
use tantivy::{
    Index as Tantivy, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, Searcher,
    TantivyDocument, Term,
};

use super::entry::Entry;

/// Bytes that are gathered before a part is written: little while records come one by one, more
/// when all are read.
const BUDGET: usize = 15_000_000;
const FILLING_BUDGET: usize = 60_000_000;
/// How often it is looked whether a reader still holds what is to be taken away, and how long.
const HELD: Duration = Duration::from_millis(20);
const HELD_TIMES: u32 = 250;

/// Changed records by their keys; None: not there for this audience.
pub(super) type Changes = BTreeMap<i64, Option<Arc<Entry>>>;

/// What a commit stands for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Stamp {
    pub version: String,
    pub log_epoch: String,
    /// The log is taken up to here.
    pub seq: i64,
    /// Words of an erased person may still be in the files.
    pub unclean: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Fields {
    pub key: Field,
    /// All words.
    pub text: Field,
    /// The words of the name.
    pub title: Field,
    /// The whole folded name.
    pub name: Field,
    /// The whole folded name of each product.
    pub product: Field,
    /// Whose the record is.
    pub whose: Field,
}

pub(super) struct Index {
    files: Tantivy,
    reader: IndexReader,
    pub fields: Fields,
}

fn schema() -> (Schema, Fields) {
    let text = |tokenizer| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        TextOptions::default().set_indexing_options(indexing)
    };
    let mut schema = Schema::builder();
    let fields = Fields {
        key: schema.add_u64_field("key", INDEXED | FAST),
        text: schema.add_text_field("text", text("words")),
        title: schema.add_text_field("title", text("words")),
        name: schema.add_text_field("name", text("whole")),
        product: schema.add_text_field("product", text("whole")),
        whose: schema.add_text_field("whose", text("whole")),
    };
    (schema.build(), fields)
}

impl Index {
    /// An empty one in an empty folder.
    pub fn create(folder: &Path) -> tantivy::Result<Self> {
        let settings = IndexSettings {
            // Nothing is stored.
            docstore_compress_dedicated_thread: false,
            ..IndexSettings::default()
        };
        let index = Tantivy::builder().schema(schema().0).settings(settings);
        Self::of(index.create_in_dir(folder)?)
    }

    /// The one in a folder, if it is whole, and what its last commit stands for.
    pub fn open(folder: &Path) -> tantivy::Result<Option<(Self, Stamp)>> {
        let index = Tantivy::open_in_dir(folder)?;
        if index.schema() != schema().0 || !index.validate_checksum()?.is_empty() {
            return Ok(None);
        }
        let payload = index.load_metas()?.payload.unwrap_or_default();
        let Ok(stamp) = serde_json::from_str(&payload) else { return Ok(None) };
        Ok(Some((Self::of(index)?, stamp)))
    }

    fn of(index: Tantivy) -> tantivy::Result<Self> {
        // Texts are folded before: words are parted by spaces alone.
        index.tokenizers().register("words", TextAnalyzer::from(WhitespaceTokenizer::default()));
        index.tokenizers().register("whole", TextAnalyzer::from(RawTokenizer::default()));
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { files: index, reader, fields: schema().1 })
    }

    /// Of the last commit.
    pub fn searcher(&self) -> tantivy::Result<Searcher> {
        self.reader.reload()?;
        Ok(self.reader.searcher())
    }

    /// How many records it has.
    pub fn len(&self) -> tantivy::Result<i64> {
        Ok(i64::try_from(self.searcher()?.num_docs()).unwrap_or(i64::MAX))
    }

    /// A writer for many records.
    pub fn filling_writer(&self) -> tantivy::Result<IndexWriter> {
        self.writer(FILLING_BUDGET)
    }

    fn writer(&self, budget: usize) -> tantivy::Result<IndexWriter> {
        let options = IndexWriterOptions::builder()
            .memory_budget_per_thread(budget)
            .num_worker_threads(1)
            .num_merge_threads(1)
            .build();
        self.files.writer_with_options(options)
    }

    pub fn add(&self, writer: &IndexWriter, key: i64, entry: &Entry) -> tantivy::Result<()> {
        let mut document = TantivyDocument::new();
        document.add_u64(self.fields.key, key.cast_unsigned());
        document.add_text(self.fields.text, &entry.text);
        document.add_text(self.fields.title, &entry.name);
        document.add_text(self.fields.name, &entry.name);
        for product in &entry.products {
            document.add_text(self.fields.product, product);
        }
        for whose in &entry.whose {
            document.add_text(self.fields.whose, whose);
        }
        writer.add_document(document)?;
        Ok(())
    }

    /// Puts changed records in the place of what it has of them.
    pub fn commit(&self, changes: &Changes, stamp: &Stamp) -> tantivy::Result<()> {
        let mut writer = self.writer(BUDGET)?;
        // What is unclean is rewritten part by part at once: nothing else may have hold of a part.
        if stamp.unclean {
            writer.set_merge_policy(Box::new(NoMergePolicy));
        } else {
            writer.set_merge_policy(Box::new(LogMergePolicy::default()));
        }
        for (key, entry) in changes {
            writer.delete_term(Term::from_field_u64(self.fields.key, key.cast_unsigned()));
            if let Some(entry) = entry {
                self.add(&writer, *key, entry)?;
            }
        }
        commit(&mut writer, stamp)?;
        writer.wait_merging_threads()
    }

    /// Writes every part anew that holds something that was deleted: the words of deleted records
    /// are in no file then. `renew` lets go of what was read before.
    pub fn clean(
        &self,
        stamp: &Stamp,
        renew: impl Fn() -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        let mut writer = self.writer(BUDGET)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for part in self.files.searchable_segment_metas()? {
            if part.has_deletes() {
                writer.merge(&[part.id()]).wait()?;
            }
        }
        renew()?;
        for _ in 0..HELD_TIMES {
            writer.garbage_collect_files().wait()?;
            if !self.has_old_files()? {
                break;
            }
            // A question that is under way holds them.
            std::thread::sleep(HELD);
        }
        commit(&mut writer, &Stamp { unclean: false, ..stamp.clone() })?;
        writer.wait_merging_threads()
    }

    /// Whether there are files of parts that are no more.
    fn has_old_files(&self) -> tantivy::Result<bool> {
        let parts = self.files.searchable_segment_ids()?;
        let parts: Vec<String> = parts.iter().map(tantivy::index::SegmentId::uuid_string).collect();
        let is_old = |name: &str| {
            let stem = name.split('.').next().unwrap_or_default();
            stem.len() == 32 && !parts.iter().any(|part| part == stem)
        };
        let files = self.files.directory().list_managed_files();
        Ok(files.iter().any(|file| is_old(&file.to_string_lossy())))
    }
}

pub(super) fn commit(writer: &mut IndexWriter, stamp: &Stamp) -> tantivy::Result<()> {
    let mut prepared = writer.prepare_commit()?;
    // A struct of numbers and strings always serializes.
    prepared.set_payload(&serde_json::to_string(stamp).unwrap_or_default());
    prepared.commit()?;
    Ok(())
}
