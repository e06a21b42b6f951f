#include <filesystem>

#include "base/disk_entry.h"
#include "describe/parts.h"

namespace roost {

Result<Documentation> Document(const DescribeOptions& options) {
  RelateOptions relate;
  relate.folder = options.folder;
  relate.config = options.config;
  relate.threads = options.threads;
  relate.memory_bytes = options.memory_bytes;
  relate.should_stop = options.should_stop;
  relate::ValueStore values;
  ROOST_ASSIGN(relate::Analysis analysis, relate::Analyse(relate, values));
  ROOST_ASSIGN(describe::InputFiles files,
               describe::FindInputFiles(analysis.database, values.crew()));
  describe::Subject subject{analysis.database, analysis.result, files, {}};
  Documentation documentation;
  if (analysis.database.is_store) {
    ROOST_ASSIGN(subject.history, LookAtHistory(options.folder));
  }
  documentation.relations_json = RelationsJson(analysis.result);
  documentation.schema_json = describe::SchemaJson(subject);
  documentation.readme = describe::Readme(subject);
  documentation.sql = describe::SqlTables(subject);
  documentation.dbml = describe::Dbml(subject);
  if (options.write_files) {
    auto write = [&](const char* name, const std::string& text) {
      return disk::ReplaceFile((std::filesystem::path(options.folder) / name).string(), text);
    };
    ROOST_TRY(write(kRelationsFile, documentation.relations_json));
    ROOST_TRY(write(kSchemaFile, documentation.schema_json));
    ROOST_TRY(write(kReadmeFile, documentation.readme));
  }
  documentation.relations = std::move(analysis.result);
  return documentation;
}

}  // namespace roost
