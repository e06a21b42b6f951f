#include "query/result_writer.h"

namespace roost::query {

namespace {

void AppendField(std::string& out, std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out.push_back('"');
  for (char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

class CsvWriter : public ResultWriter {
 public:
  explicit CsvWriter(TextSink sink) : sink_(std::move(sink)) {}

  Status Begin(const ResultColumns& columns) override {
    std::string text;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i != 0) text.push_back(',');
      AppendField(text, columns[i].name);
    }
    return sink_(text + "\n");
  }

  Status Write(const ResultColumns& columns, idx_t rows) override {
    std::string text, cell;
    for (idx_t row = 0; row < rows; ++row) {
      for (size_t i = 0; i < columns.size(); ++i) {
        if (i != 0) text.push_back(',');
        if (columns[i].cell.IsNull(row)) continue;
        cell.clear();
        columns[i].cell.AppendPlain(row, cell);
        AppendField(text, cell);
      }
      text.push_back('\n');
    }
    return sink_(text);
  }

  Status End() override { return Status::OK(); }

 private:
  TextSink sink_;
};

}  // namespace

std::unique_ptr<ResultWriter> MakeCsvWriter(TextSink sink) {
  return std::make_unique<CsvWriter>(std::move(sink));
}

}  // namespace roost::query
