#include <algorithm>
#include <numeric>

#include "query/result_writer.h"
#include "query/terminal_text.h"

namespace roost::query {

namespace {

// Widths are those of the rows seen until one of these is reached; later rows keep to them.
constexpr size_t kMeasuredRows = 2000;
constexpr size_t kMeasuredBytes = 8 << 20;
constexpr size_t kGap = 2;         // columns between two fields
constexpr size_t kLeastWidth = 8;  // a field is not cut below this to make room for others

std::string Plural(uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

class TableWriter : public ResultWriter {
 public:
  TableWriter(TextSink sink, unsigned width) : sink_(std::move(sink)), width_(width) {}

  Status Begin(const ResultColumns& columns) override {
    Row names, types;
    for (const ResultColumn& column : columns) {
      names.push_back(VisibleText(column.name));
      types.push_back(VisibleText(column.cell.type().name));
      is_number_.push_back(column.cell.type().is_number());
    }
    Measure(names);
    Measure(types);
    held_ = {std::move(names), std::move(types)};
    return Status::OK();
  }

  Status Write(const ResultColumns& columns, idx_t rows) override {
    std::string text;
    for (idx_t row = 0; row < rows; ++row) {
      Row cells = ReadRow(columns, row);
      ++rows_;
      if (!is_measured_) {
        Measure(cells);
        for (const std::string& cell : cells) held_bytes_ += cell.size();
        held_.push_back(std::move(cells));
        if (held_.size() >= kMeasuredRows || held_bytes_ >= kMeasuredBytes) AppendHeld(text);
      } else {
        AppendRow(cells, text);
      }
    }
    return sink_(text);
  }

  Status End() override {
    std::string text;
    AppendHeld(text);
    text += "(" + Plural(rows_, "row");
    size_t hidden = widths_.size() - shown_;
    if (hidden != 0) text += "; " + Plural(hidden, "column") + " not shown";
    if (cut_cells_ != 0) text += "; " + Plural(cut_cells_, "value") + " cut";
    if (hidden != 0 || cut_cells_ != 0) text += ": --format json or csv shows all";
    return sink_(text + ")\n");
  }

 private:
  using Row = std::vector<std::string>;

  static Row ReadRow(const ResultColumns& columns, idx_t row) {
    Row cells;
    for (const ResultColumn& column : columns) {
      std::string cell;
      if (column.cell.IsNull(row)) {
        cell = "NULL";
      } else {
        column.cell.AppendPlain(row, cell);
      }
      cells.push_back(VisibleText(cell));
    }
    return cells;
  }

  void Measure(const Row& cells) {
    widths_.resize(cells.size());
    for (size_t i = 0; i < cells.size(); ++i) {
      widths_[i] = std::max(widths_[i], ColumnsOf(cells[i]));
    }
  }

  size_t Total() const {
    return std::accumulate(widths_.begin(), widths_.begin() + static_cast<ptrdiff_t>(shown_),
                           kGap * (shown_ == 0 ? 0 : shown_ - 1));
  }

  /// Makes the widths fit: the widest fields give first, then columns go from the right.
  void Fit() {
    shown_ = widths_.size();
    if (width_ == 0) return;
    while (shown_ > 1 && Total() > width_) {
      auto widest =
          std::max_element(widths_.begin(), widths_.begin() + static_cast<ptrdiff_t>(shown_));
      if (*widest > kLeastWidth) {
        --*widest;
      } else {
        --shown_;
      }
    }
    if (shown_ == 1) widths_[0] = std::min<size_t>(widths_[0], width_);
  }

  void AppendHeld(std::string& text) {
    if (is_measured_) return;
    is_measured_ = true;
    Fit();
    for (size_t i = 0; i < held_.size(); ++i) {
      AppendRow(held_[i], text);
      if (i == 1) AppendRule(text);
      if (i < 2) cut_cells_ = 0;  // of names and types
    }
    held_.clear();
  }

  void AppendRule(std::string& text) const {
    for (size_t i = 0; i < shown_; ++i) {
      text.append(i == 0 ? 0 : kGap, ' ').append(widths_[i], '-');
    }
    text.push_back('\n');
  }

  void AppendRow(const Row& cells, std::string& text) {
    std::string line;
    for (size_t i = 0; i < shown_; ++i) {
      line.append(i == 0 ? 0 : kGap, ' ');
      size_t columns = ColumnsOf(cells[i]);
      bool is_cut = width_ != 0 && columns > widths_[i];
      std::string cell = is_cut ? CutToColumns(cells[i], widths_[i]) : cells[i];
      cut_cells_ += is_cut;
      size_t padding = widths_[i] - std::min(is_cut ? ColumnsOf(cell) : columns, widths_[i]);
      if (is_number_[i]) line.append(padding, ' ');
      line += cell;
      if (!is_number_[i]) line.append(padding, ' ');
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += line + "\n";
  }

  TextSink sink_;
  size_t width_;
  std::vector<bool> is_number_;
  std::vector<size_t> widths_;
  size_t shown_ = 0;       // columns
  std::vector<Row> held_;  // names, types, and rows until the widths are known
  size_t held_bytes_ = 0;
  bool is_measured_ = false;
  uint64_t rows_ = 0, cut_cells_ = 0;
};

}  // namespace

std::unique_ptr<ResultWriter> MakeTableWriter(TextSink sink, unsigned width) {
  return std::make_unique<TableWriter>(std::move(sink), width);
}

}  // namespace roost::query
