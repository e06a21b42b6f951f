#include <algorithm>

#include "base/json_text.h"
#include "query/result_writer.h"

namespace roost::query {

namespace {

class JsonWriter : public ResultWriter {
 public:
  explicit JsonWriter(TextSink sink) : sink_(std::move(sink)) {}

  Status Begin(const ResultColumns& columns) override {
    std::vector<std::string> names;
    for (const ResultColumn& column : columns) {
      std::string name = column.name;
      for (int i = 2; std::ranges::find(names, name) != names.end(); ++i) {
        name = column.name + "_" + std::to_string(i);
      }
      names.push_back(name);
      std::string key = keys_.empty() ? "{" : ",";
      AppendJsonString(key, name);
      keys_.push_back(key + ":");
    }
    return sink_("[");
  }

  Status Write(const ResultColumns& columns, idx_t rows) override {
    std::string text;
    for (idx_t row = 0; row < rows; ++row) {
      text += is_first_ ? "\n" : ",\n";
      is_first_ = false;
      for (size_t i = 0; i < columns.size(); ++i) {
        text += keys_[i];
        columns[i].cell.AppendJson(row, text);
      }
      text.push_back('}');
    }
    return sink_(text);
  }

  Status End() override { return sink_(is_first_ ? "]\n" : "\n]\n"); }

 private:
  TextSink sink_;
  std::vector<std::string> keys_;  // each with what stands before it
  bool is_first_ = true;
};

}  // namespace

std::unique_ptr<ResultWriter> MakeJsonWriter(TextSink sink) {
  return std::make_unique<JsonWriter>(std::move(sink));
}

}  // namespace roost::query
