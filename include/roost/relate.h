// Finds keys, and references between tables, in the data and names of a folder of Parquet files.
//
// docs/relations.md says how, and how well. Safe to call from several threads.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "roost/status.h"

namespace roost {

enum class RelationTier { kCertain, kProbable, kPossible };
enum class RelationKind {
  kReference,  // of one column or several to a key
  kNesting,    // the rows of a table lie in those of another, by its documents
  kList,       // the items of a list refer to a key: many to many
};

/// Columns beside a reference that repeat what the row says that they refer to.
struct CopiedColumn {
  std::string column, ref_column;
  uint64_t rows = 0, differing_rows = 0;  // where both hold a value
  struct Difference {
    std::string key, value, ref_value;
  };
  std::vector<Difference> differences;  // a few
};

struct Relation {
  std::string table;
  std::vector<std::string> columns;
  std::string ref_table;
  std::vector<std::string> ref_columns;
  RelationKind kind = RelationKind::kReference;
  std::string cardinality;  // 1:1, n:1 or n:m, child first
  // Where a row says itself which table it refers to: only rows with this value are meant.
  std::string when_column, when_value;
  std::string path_kind;  // not empty: the values are paths, /students/17, of which the id refers
  RelationTier tier = RelationTier::kPossible;
  double confidence = 0;                    // 0 to 1
  double coverage = 0;                      // share of the referred keys that are referred to
  uint64_t orphan_rows = 0;                 // rows whose values are not among the keys
  uint64_t orphan_keys = 0;                 // their distinct values
  bool implied = false;                     // follows from a wider reference
  bool confirmed = false;                   // by roost.yaml
  std::vector<std::string> samples;         // of values, as text
  std::vector<std::string> orphan_samples;  // of values that are missing
  std::vector<std::string> evidence;        // in words, strongest first
  std::vector<CopiedColumn> copies;
};

/// True if the values themselves are the keys, in every row: what a database can declare.
inline bool IsPlain(const Relation& relation) {
  return relation.when_column.empty() && relation.path_kind.empty();
}

struct RelatedTable {
  std::string name;
  uint64_t rows = 0, columns = 0;
  std::vector<std::string> primary_key;  // empty where there is none
  double key_confidence = 0;
  bool key_confirmed = false;
  std::vector<std::vector<std::string>> other_keys;  // also unique, and plausible
};

struct RelateOptions {
  std::string folder;  // OUT of an ingest, or any folder of <table>.parquet files or folders
  std::string config;  // roost.yaml; default: the one in `folder`, if there is one
  std::vector<std::string> confirm, refuse;  // "enrollments.class_id=classes.class_id"
  bool write_files = true;                   // table_relationships.json into `folder`
  unsigned threads = 0;                      // 0: one per core
  uint64_t memory_bytes = 512ull << 20;
  std::function<bool()> should_stop;  // polled by all threads; true: no file is written any more
  std::string evidence_file;  // for fitting: the evidence of all pairs and keys, as JSON lines
};

struct RelateResult {
  std::vector<RelatedTable> tables;  // by name
  std::vector<Relation> relations;   // by table, then columns
  uint64_t column_count = 0, pair_count = 0;
  double seconds = 0, read_seconds = 0;
};
Result<RelateResult> Relate(const RelateOptions& options);

constexpr const char* kRelationsFile = "table_relationships.json";
/// The text of table_relationships.json: docs/formats/table_relationships.schema.json.
std::string RelationsJson(const RelateResult& result);

/// Found against what is known to be true. docs/relations.md describes the truth file.
struct RelateScore {
  uint64_t right = 0, wrong = 0, missed = 0;                 // references
  uint64_t wide_right = 0, wide_wrong = 0, wide_missed = 0;  // of two columns or more
  uint64_t certain_right = 0, certain_wrong = 0;             // of tier certain
  uint64_t keys = 0, keys_exact = 0, keys_true = 0;  // primary keys; keys_true: or another key
  std::vector<std::string> misses;                   // in words
};
Result<RelateScore> ScoreRelations(const RelateResult& result, const std::string& truth_file);

// Documents the tables of a folder: for programs as JSON, for people as Markdown, as SQL and DBML.
// The same tables give the same bytes.

constexpr const char* kSchemaFile = "schema_documentation.json";
constexpr const char* kReadmeFile = "DATA_STRUCTURE_README.md";

struct DescribeOptions {
  std::string folder;       // OUT of an ingest, or any folder of Parquet files
  std::string config;       // roost.yaml; default: the one in `folder`, if there is one
  bool write_files = true;  // kRelationsFile, kSchemaFile and kReadmeFile into `folder`
  unsigned threads = 0;     // 0: one per core
  uint64_t memory_bytes = 512ull << 20;
  std::function<bool()> should_stop;  // polled by all threads; true: no file is written any more
};

struct Documentation {
  RelateResult relations;
  std::string relations_json;
  std::string schema_json;  // docs/formats/schema_documentation.schema.json
  std::string readme;       // Markdown with an ER diagram in Mermaid
  std::string sql;          // CREATE TABLE statements
  std::string dbml;         // dbml.org
};
Result<Documentation> Document(const DescribeOptions& options);

}  // namespace roost
