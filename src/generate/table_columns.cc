#include "generate/table_columns.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "generate/value_text.h"

namespace roost::generate {

using shred::FinalType;
using shred::Layout;
using shred::Slot;

namespace {

// JSON Pointer's escapes; names of a world need none, but entries of `renames` share this rule.
std::string Pointer(const std::vector<std::string>& names) {
  std::string path;
  for (const std::string& name : names) path += "/" + name;
  return path;
}

std::vector<world::Constant> ConstantsOf(const Column& column) {
  std::vector<world::Constant> constants;
  if (column.op == Op::kConstant) constants.push_back(column.constant->constant);
  for (const Entry& entry : column.entries) constants.push_back(entry.constant);
  return constants;
}

}  // namespace

Result<std::unique_ptr<TableColumn>> TableColumn::Make(const Program& program, int table,
                                                       int index) {
  std::unique_ptr<TableColumn> made(new TableColumn);
  const auto& columns = program.table(table).columns;
  const Column& column = columns[static_cast<size_t>(index)];
  made->program_ = &program;
  made->table_ = table;
  made->index_ = index;
  std::vector<std::string> names = {column.name};
  for (int group = column.group; group >= 0; group = columns[static_cast<size_t>(group)].group) {
    made->groups_.push_back(group);
    names.insert(names.begin(), columns[static_cast<size_t>(group)].name);
  }
  for (const std::string& name : names) {
    made->name_ += (made->name_.empty() ? "" : "_") + name;
    made->json_path_ += "." + name;
  }
  made->id_.path = Pointer(names);
  if (column.op == Op::kList) {
    made->column_.layout = Layout::kList;
    made->column_.element = std::make_unique<shred::Column>();
    ROOST_TRY(made->Decide(program, table, columns[static_cast<size_t>(column.element)]));
  } else {
    ROOST_TRY(made->Decide(program, table, column));
  }
  made->DecideType(column.op == Op::kList);
  return made;
}

Status TableColumn::Decide(const Program& program, int table, const Column& column) {
  const Column& origin =
      column.op == Op::kFrom
          ? program.table(column.origin_table).columns[static_cast<size_t>(column.origin_column)]
          : column;
  text_bytes_ = MaxTextBytes(program, table, column);
  switch (origin.type) {
    case Type::kNumber:
      form_ = origin.decimals == 0 ? Form::kInt : Form::kScaled;
      scale_ = static_cast<double>(PowerOfTen(origin.decimals));
      break;
    case Type::kBool:
      form_ = Form::kFlag;
      break;
    case Type::kTime:
      form_ = origin.epoch ? Form::kInt : Form::kTime;
      break;
    case Type::kDate:
      form_ = Form::kDate;
      break;
    case Type::kConstant:
    case Type::kEntry:
      return DecideEntries(ConstantsOf(origin));
    default:
      form_ = Form::kText;
  }
  scale_ = origin.type == Type::kTime ? 1e6 : scale_;
  column_.time.suffix = 1;
  column_.time.fraction_digits =
      static_cast<uint8_t>(origin.type == Type::kTime ? origin.decimals : 0);
  return Status::OK();
}

Status TableColumn::DecideEntries(const std::vector<world::Constant>& values) {
  using Kind = world::Constant::Kind;
  size_t counts[5] = {};
  for (const world::Constant& value : values) {
    ++counts[static_cast<size_t>(value.kind)];
    entry_is_null_.push_back(value.kind == Kind::kNull);
  }
  auto count = [&](Kind kind) { return counts[static_cast<size_t>(kind)]; };
  size_t numbers = count(Kind::kInt) + count(Kind::kNumber),
         there = values.size() - count(Kind::kNull);
  may_miss_ = there < values.size();
  if (there == 0) return Status::OK();
  if (numbers == there || count(Kind::kBool) == there) {
    form_ = numbers == there ? Form::kEntryNumber : Form::kEntryFlag;
    bool whole = count(Kind::kNumber) == 0;
    scale_ = whole ? 1 : 0;
    for (const world::Constant& value : values) {
      uint64_t word = value.text == "true";
      if (numbers == there && value.kind != Kind::kNull) {
        word = whole ? static_cast<uint64_t>(std::strtoll(value.text.c_str(), nullptr, 10))
                     : std::bit_cast<uint64_t>(std::strtod(value.text.c_str(), nullptr));
      }
      entry_words_.push_back(word);
    }
    return Status::OK();
  }
  if (count(Kind::kText) < there) {
    return Status::Invalid(
        "'", program_->table(table_).name, ".", name_,
        "' mixes texts with other values, which one column of a table cannot hold; use --format "
        "json or ndjson");
  }
  shred::Column& to = column_.element ? *column_.element : column_;
  form_ = Form::kCode;
  for (const world::Constant& value : values) {
    if (value.text.size() > shred::Dictionary::kShort ||
        values.size() > shred::Dictionary::kMaxEntries) {
      form_ = Form::kText;
      break;
    }
    auto& entries = to.dictionary.entries;
    uint32_t code = 0;
    while (code < entries.size() &&
           std::string_view(entries[code].head, entries[code].length) != value.text)
      ++code;
    codes_.push_back(code);
    if (code < entries.size() || value.kind == Kind::kNull) continue;
    shred::Dictionary::Entry entry = {};
    std::memcpy(entry.head, value.text.data(), value.text.size());
    entry.length = static_cast<uint32_t>(value.text.size());
    entries.Push(entry);
  }
  return Status::OK();
}

void TableColumn::DecideType(bool is_list) {
  shred::Column& to = is_list ? *column_.element : column_;
  bool whole = form_ == Form::kInt || (form_ == Form::kEntryNumber && scale_ == 1);
  switch (form_) {
    case Form::kNull:
      break;
    case Form::kInt:
    case Form::kScaled:
    case Form::kEntryNumber:
      to.layout = whole ? Layout::kInt64 : Layout::kDouble;
      type_ = is_list ? (whole ? FinalType::kListInt64 : FinalType::kListDouble)
                      : (whole ? FinalType::kInt64 : FinalType::kDouble);
      id_.slot = is_list ? Slot::kListNumber : Slot::kNumber;
      break;
    case Form::kFlag:
    case Form::kEntryFlag:
      to.layout = Layout::kBool;
      type_ = is_list ? FinalType::kListBool : FinalType::kBool;
      id_.slot = is_list ? Slot::kListBool : Slot::kBool;
      break;
    default:
      // Inside lists every text stays text.
      if (is_list && form_ == Form::kDate) form_ = Form::kText;
      to.layout = form_ == Form::kTime   ? Layout::kTimestamp
                  : form_ == Form::kDate ? Layout::kDate
                  : form_ == Form::kCode ? Layout::kDictionary
                                         : Layout::kText;
      type_ = is_list                ? FinalType::kListText
              : form_ == Form::kTime ? FinalType::kTimestampUtc
              : form_ == Form::kDate ? FinalType::kDate
                                     : FinalType::kText;
      id_.slot = is_list ? Slot::kListText : Slot::kText;
  }
  column_.slot = id_.slot;
  if (is_list) to.slot = id_.slot;
}

bool TableColumn::IsThere(RowSet& set, size_t row, size_t value) const {
  for (int group : groups_) {
    if (set.Get(group).At(row) != Presence::kValue) return false;
  }
  const Values& values = set.Get(index_);
  if (values.At(row) == Presence::kNull || values.At(row) == Presence::kAbsent) return false;
  return column_.element || entry_is_null_.empty() ||
         !entry_is_null_[static_cast<size_t>(values.numbers[value])];
}

void TableColumn::AppendNull(uint32_t slab_row) {
  ++column_.nulls;
  auto& runs = column_.null_runs;
  if (!runs.empty() && runs.back().row + runs.back().count == slab_row) {
    ++runs.back().count;
  } else {
    runs.push_back({slab_row, 1});
  }
}

void TableColumn::AppendText(RowSet& set, int column, size_t i, shred::Column* to) {
  to->text.Reserve(to->text.size() + 4 + text_bytes_);
  char* begin = to->text.end();
  char* end = WriteText(set, column, i, 0, Escape::kNone, begin + 4);
  auto length = static_cast<uint32_t>(end - begin - 4);
  std::memcpy(begin, &length, 4);
  to->text.SetSize(to->text.size() + 4 + length);
}

void TableColumn::AppendValue(RowSet& set, int column, const Values& values, size_t i,
                              shred::Column* to) {
  ++to->values;
  int64_t value = values.numbers[i];
  switch (form_) {
    case Form::kNull:
      break;
    case Form::kInt:
      to->words.Push(static_cast<uint64_t>(scale_ == 1e6 ? value / 1'000'000 : value));
      break;
    case Form::kScaled:
      to->words.Push(std::bit_cast<uint64_t>(static_cast<double>(value) / scale_));
      break;
    case Form::kTime:
      to->words.Push(static_cast<uint64_t>(value));
      break;
    case Form::kEntryNumber:
      to->words.Push(entry_words_[static_cast<size_t>(value)]);
      break;
    case Form::kFlag:
      to->bytes.Push(value != 0);
      break;
    case Form::kEntryFlag:
      to->bytes.Push(entry_words_[static_cast<size_t>(value)] != 0);
      break;
    case Form::kCode:
      to->codes.Push(codes_[static_cast<size_t>(value)]);
      break;
    case Form::kDate:
      to->codes.Push(static_cast<uint32_t>(static_cast<int32_t>(value)));
      break;
    case Form::kText:
      AppendText(set, column, i, to);
      break;
  }
}

void TableColumn::Append(RowSet& set, size_t begin, size_t end, uint32_t slab_row) {
  const Values& values = set.Get(index_);
  bool always = values.presence.empty() && groups_.empty() && !may_miss_;
  const Column& column = set.table().columns[static_cast<size_t>(index_)];
  for (size_t i = begin; i < end; ++i, ++slab_row) {
    if (form_ == Form::kNull || (!always && !IsThere(set, i, i))) {
      AppendNull(slab_row);
    } else if (!column_.element) {
      AppendValue(set, index_, values, i, &column_);
    } else {
      const Values& elements = set.Get(column.element);
      ++column_.values;
      column_.list_lengths.Push(values.first[i + 1] - values.first[i]);
      for (uint32_t e = values.first[i]; e < values.first[i + 1]; ++e) {
        AppendValue(set, column.element, elements, e, column_.element.get());
      }
    }
  }
}

void TableColumn::Clear() {
  auto clear = [](shred::Column& column) {
    column.values = column.nulls = 0;
    column.words.Clear();
    column.codes.Clear();
    column.bytes.Clear();
    column.text.Clear();
    column.null_runs.clear();
    column.list_lengths.Clear();
  };
  clear(column_);
  if (column_.element) clear(*column_.element);
}

}  // namespace roost::generate
