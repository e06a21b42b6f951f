// Documents the tables of a folder: for programs as JSON, for people as Markdown, as SQL and DBML.
//
// The same tables give the same bytes. docs/relations.md is the manual.
#pragma once

#include <functional>
#include <string>

#include "roost/relate.h"

namespace roost {

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
