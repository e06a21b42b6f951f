#include "generate/compile_field.h"

#include <algorithm>

#include "base/json_text.h"

namespace roost::generate {

namespace {

std::string Escaped(std::string_view text) {
  std::string json;
  AppendJsonString(json, text);
  return json.substr(1, json.size() - 2);
}

template <class T>
const T* As(const world::Field& field) {
  return std::get_if<T>(&field.kind);
}

}  // namespace

Entry::Entry(world::Constant value)
    : constant(std::move(value)), text(constant.text), escaped(Escaped(constant.text)) {
  bool is_text = constant.kind == world::Constant::Kind::kText;
  json = PaddedText(is_text ? "\"" + std::string(escaped.view()) + "\"" : constant.text);
}

Status FieldCompiler::Error(const world::Field& field, const std::string& message) const {
  return Status::Invalid(world_.source, ":", field.place.line, ":", field.place.column, ": field '",
                         field.name, "' of '", table_.name, "': ", message);
}

Status FieldCompiler::Run() { return Fields(table_.fields, "", -1, {}); }

Status FieldCompiler::Fields(const std::vector<world::Field>& fields, const std::string& prefix,
                             int group, Scope scope) {
  for (const world::Field& field : fields) {
    if (field.since <= program_->begin && program_->begin < field.until) {
      ROOST_TRY(One(field, prefix, group, scope));
    }
  }
  return Status::OK();
}

Column FieldCompiler::Begin(const world::Field& field, const std::string& prefix, int group) const {
  Column column;
  column.name = field.name;
  for (const auto& [at, name] : field.renames) {
    if (at <= program_->begin) column.name = name;
  }
  column.path = prefix + field.name;
  column.group = group;
  column.written = !field.hidden;
  std::string id = table_.name + "." + column.path;
  column.key = MakeKey(program_->seed, id);
  column.presence_key = MakeKey(program_->seed, id + "#presence");
  column.null_below = Threshold(field.null_share);
  column.absent_below = Threshold(field.null_share + field.absent_share);
  column.unique = IsUnique(field);
  return column;
}

bool FieldCompiler::IsUnique(const world::Field& field) const {
  return field.unique || (table_.key.size() == 1 && table_.key[0] == field.name);
}

Status FieldCompiler::One(const world::Field& field, const std::string& prefix, int group,
                          Scope& scope) {
  Column compiled = Begin(field, prefix, group);
  ROOST_TRY(Fill(field, scope, &compiled));
  int index = static_cast<int>(columns().size());
  columns().push_back(std::move(compiled));
  scope.emplace_back(field.name, index);
  if (auto* nested = As<world::Group>(field)) {
    return Fields(nested->fields, prefix + field.name + ".", index, scope);
  }
  if (auto* list = As<world::List>(field)) return AddElement(field, *list, index);
  if (As<world::Reference>(field) && !field.hidden) return AddKeyOf(field, index, prefix, group);
  return Status::OK();
}

Status FieldCompiler::Fill(const world::Field& field, const Scope& scope, Column* column) {
  if (auto* constant = As<world::Constant>(field)) {
    column->constant = std::make_shared<Entry>(*constant);
    if (constant->kind == world::Constant::Kind::kInt && constant->text.size() <= 15) {
      column->op = Op::kNumber;
      column->type = Type::kNumber;
      column->sampler = Sampler(std::stoll(constant->text), std::stoll(constant->text));
      column->has_range = true;
    }
  } else if (auto* sequence = As<world::Sequence>(field)) {
    column->op = Op::kSequence;
    column->type = Type::kNumber;
    column->start = sequence->start;
    column->step = sequence->step;
    column->unique = true;
  } else if (auto* index = As<world::Index>(field)) {
    column->op = Op::kIndex;
    column->type = Type::kNumber;
    column->start = index->start;
  } else if (auto* number = As<world::Number>(field)) {
    return FillNumber(field, *number, column);
  } else if (auto* flag = As<world::Flag>(field)) {
    column->op = Op::kFlag;
    column->type = Type::kBool;
    column->true_below = Threshold(flag->share);
  } else if (auto* choice = As<world::Choice>(field)) {
    FillChoice(*choice, scope, column);
  } else if (auto* pattern = As<world::PatternText>(field)) {
    return FillPattern(field, *pattern, column);
  } else if (auto* text = As<world::TemplateText>(field)) {
    return FillTemplate(field, *text, scope, column);
  } else if (auto* clock = As<world::Clock>(field)) {
    FillClock(*clock, column);
  } else if (auto* date = As<world::DateBetween>(field)) {
    column->op = Op::kDate;
    column->type = Type::kDate;
    column->sampler = Sampler(date->first_day, date->last_day);
    column->has_range = true;
  } else if (auto* formula = As<world::Formula>(field)) {
    return FillFormula(field, *formula, scope, column);
  } else if (auto* reference = As<world::Reference>(field)) {
    return FillReference(field, *reference, column);
  } else if (auto* from = As<world::From>(field)) {
    ROOST_ASSIGN(Source source, FindSource(field, from->source, from->field, scope));
    return FillFrom(field, source, column);
  } else if (auto* list = As<world::List>(field)) {
    column->op = Op::kList;
    column->type = Type::kList;
    column->sampler = Sampler(list->count, 0);
    column->distinct = list->distinct;
  } else {
    column->op = Op::kGroup;
    column->type = Type::kGroup;
  }
  return Status::OK();
}

Status FieldCompiler::FillNumber(const world::Field& field, const world::Number& number,
                                 Column* column) {
  column->op = number.dealt ? Op::kDealt : Op::kNumber;
  column->type = Type::kNumber;
  column->decimals = number.decimals;
  column->sampler = Sampler(number.distribution, number.decimals);
  column->has_range = true;
  column->unit = field.unit;
  column->other_unit = field.other_unit;
  column->unit_factor = field.unit_factor;
  if (!column->unique) return Status::OK();
  if (number.dealt || number.distribution.kind != world::Distribution::Kind::kBetween) {
    return Error(field, "a unique number is drawn with between alone");
  }
  column->op = Op::kCountedNumber;
  return Status::OK();
}

Status FieldCompiler::FillPattern(const world::Field& field, const world::PatternText& text,
                                  Column* column) {
  column->op = column->unique ? Op::kCountedPattern : Op::kPattern;
  column->type = Type::kCode;
  column->pattern = std::make_shared<world::Pattern>(text.pattern);
  if (column->unique && text.pattern.space() == 0) {
    return Error(field, "a unique pattern has a fixed length; use {n} in place of {n,m}");
  }
  return Status::OK();
}

void FieldCompiler::FillChoice(const world::Choice& choice, const Scope& scope, Column* column) {
  column->op = Op::kChoice;
  column->type = Type::kEntry;
  for (const auto& [name, list] : choice.lists) {
    column->lists.push_back({static_cast<uint32_t>(column->entries.size()),
                             WeightedIndex(list.values.size(), list.weights)});
    for (const world::Constant& value : list.values) {
      column->entries.emplace_back(value);
    }
  }
  if (choice.by.empty()) return;
  for (const auto& [name, index] : scope) {
    if (name == choice.by) column->by = index;
  }
  for (const Entry& entry : this->column(column->by).entries) {
    uint32_t list = 0;
    while (choice.lists[list].first != entry.constant.text) ++list;
    column->list_of_entry.push_back(list);
  }
}

Status FieldCompiler::FillTemplate(const world::Field& field, const world::TemplateText& text,
                                   const Scope& scope, Column* column) {
  column->op = Op::kTemplate;
  column->type = Type::kTemplate;
  for (const auto& part : text.parts) {
    TemplatePart compiled;
    compiled.literal = PaddedText(part.literal);
    compiled.escaped = PaddedText(Escaped(part.literal));
    compiled.width = part.width;
    if (!part.field.empty()) {
      ROOST_ASSIGN(compiled.column, FindOwn(field, part.field, scope));
      Type type = this->column(compiled.column).type;
      if (type == Type::kGroup || type == Type::kList || type == Type::kRow) {
        return Error(field, "'" + part.field + "' has no text to put in");
      }
      if (part.width > 0 && (type != Type::kNumber || this->column(compiled.column).decimals > 0)) {
        return Error(field,
                     "only whole numbers are filled with zeros, '" + part.field + "' is none");
      }
    }
    column->parts.push_back(std::move(compiled));
  }
  return Status::OK();
}

void FieldCompiler::FillClock(const world::Clock& clock, Column* column) {
  column->op = Op::kClock;
  column->type = Type::kTime;
  int64_t unit = clock.fraction_digits == 0 ? 1'000'000 : clock.fraction_digits == 3 ? 1000 : 1;
  column->sampler = Sampler(0, std::max<int64_t>(clock.spread_us / unit, 1) - 1);
  column->start = clock.start_us;
  column->step = clock.every_us;
  column->decimals = clock.fraction_digits;
  column->epoch = clock.epoch;
}

Status FieldCompiler::FillFormula(const world::Field& field, const world::Formula& formula,
                                  const Scope& scope, Column* column) {
  column->op = Op::kFormula;
  column->type = Type::kNumber;
  column->decimals = formula.decimals;
  column->expression = std::make_shared<world::Expression>(formula.expression);
  for (const std::string& name : formula.expression.names()) {
    size_t dot = name.find('.');
    Source source;
    if (dot == std::string::npos) {
      ROOST_ASSIGN(source.column, FindOwn(field, name, scope));
    } else {
      ROOST_ASSIGN(source, FindSource(field, name.substr(0, dot), name.substr(dot + 1), scope));
    }
    int table = source.via == Source::Via::kSelf ? index_ : source.table;
    Type type = program_->table(table).columns[static_cast<size_t>(source.column)].type;
    if (type != Type::kNumber && type != Type::kBool && type != Type::kTime &&
        type != Type::kDate) {
      return Error(field, "'" + name + "' is no number");
    }
    column->inputs.push_back(source);
  }
  return Status::OK();
}

Status FieldCompiler::FillReference(const world::Field& field, const world::Reference& reference,
                                    Column* column) {
  column->type = Type::kRow;
  column->written = false;
  column->op = Op::kPick;
  if (field.null_share + field.absent_share > 0 && reference.has_seats) {
    return Error(field, "a reference with a capacity is never null or absent");
  }
  Pick& pick = column->pick;
  pick.table = world_.Find(reference.table) + 1;
  pick.window = reference.window;
  pick.earlier = reference.earlier;
  pick.earlier_below = Threshold(reference.earlier);
  pick.skew = Skew(reference.popularity);
  bool careful = program_->integrity && program_->validation;
  // `unique` may name the reference, or what is copied from it.
  for (const std::string& name : table_.unique) {
    int other = FindField(table_.fields, name);
    auto* from = other < 0 ? nullptr : As<world::From>(table_.fields[static_cast<size_t>(other)]);
    pick.distinct |= name == field.name || (from && from->source == field.name);
  }
  if (reference.has_seats && careful) {
    column->op = Op::kSeat;
    column->utilization = reference.utilization;
    column->capacity = program_->FindColumn(pick.table, reference.capacity);
    if (column->capacity < 0) return Error(field, "the capacity may not change");
  }
  pick.distinct &= careful;
  return Status::OK();
}

Status FieldCompiler::FillFrom(const world::Field& field, const Source& source, Column* column) {
  const Column& origin = program_->table(source.table).columns[static_cast<size_t>(source.column)];
  if (origin.type == Type::kGroup || origin.type == Type::kList || origin.type == Type::kRow) {
    return Error(field, "'" + origin.path + "' is no single value");
  }
  column->op = Op::kFrom;
  column->source = source;
  column->type = origin.type;
  column->decimals = origin.decimals;
  column->epoch = origin.epoch;
  bool indirect = origin.op == Op::kFrom;
  column->origin_table = indirect ? origin.origin_table : source.table;
  column->origin_column = indirect ? origin.origin_column : source.column;
  return Status::OK();
}

Status FieldCompiler::AddKeyOf(const world::Field& field, int selection, const std::string& prefix,
                               int group) {
  Column written = Begin(field, prefix, group);
  Source source;
  source.via = Source::Via::kSelection;
  source.selection = selection;
  source.table = column(selection).pick.table;
  source.column = program_->table(source.table).key[0];
  ROOST_TRY(FillFrom(field, source, &written));
  // The row column keeps the field's random numbers and gives its name away.
  column(selection).path += "#row";
  columns().push_back(std::move(written));
  return Status::OK();
}

Status FieldCompiler::AddElement(const world::Field& field, const world::List& list, int index) {
  Column element = Begin(*list.element, column(index).path + ".", index);
  ROOST_TRY(Fill(*list.element, {}, &element));
  if (element.unique || list.element->null_share + list.element->absent_share > 0) {
    return Error(field, "the elements of a list are neither unique nor null");
  }
  element.written = false;
  if (auto* choice = As<world::Choice>(*list.element)) {
    for (size_t i = 0; i < element.entries.size(); ++i) {
      double weight =
          choice->lists[0].second.weights.empty() ? 1 : choice->lists[0].second.weights[i];
      element.weights.push_back(static_cast<uint32_t>(std::clamp(weight * 1000, 1.0, 4e9)));
      element.total_weight += element.weights.back();
    }
  }
  column(index).element = static_cast<int>(columns().size());
  columns().push_back(std::move(element));
  return Status::OK();
}

Result<int> FieldCompiler::FindOwn(const world::Field& field, const std::string& name,
                                   const Scope& scope) {
  for (size_t i = scope.size(); i-- > 0;) {
    if (scope[i].first != name) continue;
    int found = scope[i].second;
    // For a written reference the name means the key, which stands behind the row.
    return column(found).type == Type::kRow && columns().size() > static_cast<size_t>(found) + 1 &&
                   column(found).path.ends_with("#row")
               ? found + 1
               : found;
  }
  return Error(field, "'" + name + "' is not there in all iterations that this field is");
}

Result<Source> FieldCompiler::FindSource(const world::Field& field, const std::string& source,
                                         const std::string& name, const Scope& scope) {
  Source found;
  for (const auto& [known, index] : scope) {
    if (known != source || column(index).type != Type::kRow) continue;
    found.via = Source::Via::kSelection;
    found.selection = index;
    found.table = column(index).pick.table;
  }
  if (found.table < 0) {
    found.via = source == world_.document.name ? Source::Via::kDocument : Source::Via::kOwner;
    found.table = source == world_.document.name ? kDocument : world_.Find(source) + 1;
  }
  const auto& fields = found.table == kDocument
                           ? world_.document.fields
                           : world_.tables[static_cast<size_t>(found.table) - 1].fields;
  int target = FindField(fields, name);
  const world::Field* known = target < 0 ? nullptr : &fields[static_cast<size_t>(target)];
  if (!known || known->since > 0 || known->until != world::kForever) {
    return Error(field,
                 "'" + source + "." + name + "' is used elsewhere and may not change but its name");
  }
  found.column = program_->FindColumn(found.table, name);
  ROOST_CHECK(found.column >= 0);
  return found;
}

}  // namespace roost::generate
