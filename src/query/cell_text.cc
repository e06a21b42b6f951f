#include "query/cell_text.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "base/json_text.h"
#include "query/handles.h"
#include "query/temporal_text.h"

namespace roost::query {

namespace {

using Int128 = __int128;
using UInt128 = unsigned __int128;

std::string_view TextOf(const duckdb_string_t& text) {
  auto* unconst = const_cast<duckdb_string_t*>(&text);
  return {duckdb_string_t_data(unconst), duckdb_string_t_length(text)};
}

void AppendUnsigned(std::string& out, UInt128 value) {
  char digits[40];
  char* begin = digits + sizeof digits;
  do {
    *--begin = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  out.append(begin, digits + sizeof digits);
}

void AppendSigned(std::string& out, Int128 value) {
  if (value < 0) out.push_back('-');
  AppendUnsigned(out, value < 0 ? -static_cast<UInt128>(value) : static_cast<UInt128>(value));
}

Int128 Join(const duckdb_hugeint& value) {
  return static_cast<Int128>(static_cast<UInt128>(static_cast<uint64_t>(value.upper)) << 64 |
                             value.lower);
}

/// As DuckDB casts blobs to text: printable ASCII as it is, all else as \xHH.
void AppendBlob(std::string_view bytes, std::string& out) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F && c != '\\' && c != '\'' && c != '"') {
      out.push_back(c);
    } else {
      out.append({'\\', 'x', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
}

void AppendUuid(duckdb_hugeint value, std::string& out) {
  // A vector keeps UUIDs with the top bit turned, so that they sort as signed numbers.
  duckdb_uhugeint bits{value.lower, static_cast<uint64_t>(value.upper) ^ (1ull << 63)};
  out += TakeText(duckdb_get_varchar(Value(duckdb_create_uuid(bits)).get()));
}

/// The shortest digits of a float, as the double that prints with the same ones.
double ShortestAsDouble(float value) {
  char digits[32];
  double widened = value;
  char* end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  std::from_chars(digits, end, widened);
  return widened;
}

}  // namespace

CellText::CellText(CellType type) : type_(std::move(type)) {
  for (const CellType& child : type_.children) children_.emplace_back(child);
}

void CellText::Bind(duckdb_vector vector) {
  data_ = duckdb_vector_get_data(vector);
  validity_ = duckdb_vector_get_validity(vector);
  BindChildren(vector);
}

void CellText::BindChildren(duckdb_vector vector) {
  switch (type_.id) {
    case DUCKDB_TYPE_LIST:
      children_[0].Bind(duckdb_list_vector_get_child(vector));
      return;
    case DUCKDB_TYPE_ARRAY:
      children_[0].Bind(duckdb_array_vector_get_child(vector));
      return;
    case DUCKDB_TYPE_MAP: {  // a list of structs
      duckdb_vector entries = duckdb_list_vector_get_child(vector);
      for (idx_t i = 0; i < 2; ++i) {
        children_[i].Bind(duckdb_struct_vector_get_child(entries, i));
      }
      return;
    }
    case DUCKDB_TYPE_STRUCT:
      for (idx_t i = 0; i < children_.size(); ++i) {
        children_[i].Bind(duckdb_struct_vector_get_child(vector, i));
      }
      return;
    case DUCKDB_TYPE_UNION:  // a struct whose first child is the number of the member
      data_ = duckdb_vector_get_data(duckdb_struct_vector_get_child(vector, 0));
      for (idx_t i = 0; i < children_.size(); ++i) {
        children_[i].Bind(duckdb_struct_vector_get_child(vector, i + 1));
      }
      return;
    default:
      return;
  }
}

bool CellText::IsNull(idx_t row) const {
  if (type_.id == DUCKDB_TYPE_SQLNULL) return true;
  if (validity_ != nullptr && !duckdb_validity_row_is_valid(validity_, row)) return true;
  return type_.id == DUCKDB_TYPE_UNION && children_[At<uint8_t>(row)].IsNull(row);
}

void CellText::AppendJson(idx_t row, std::string& out) const {
  if (IsNull(row)) {
    out += "null";
    return;
  }
  switch (type_.id) {
    case DUCKDB_TYPE_LIST: {
      auto entry = At<duckdb_list_entry>(row);
      return AppendElements(entry.offset, entry.length, out);
    }
    case DUCKDB_TYPE_ARRAY:
      return AppendElements(row * type_.array_size, type_.array_size, out);
    case DUCKDB_TYPE_MAP: {
      auto entry = At<duckdb_list_entry>(row);
      return AppendEntries(entry.offset, entry.length, out);
    }
    case DUCKDB_TYPE_STRUCT:
      return AppendMembers(row, out);
    case DUCKDB_TYPE_UNION:
      return children_[At<uint8_t>(row)].AppendJson(row, out);
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
      return AppendFraction(row, out, true);
    case DUCKDB_TYPE_BOOLEAN:
      return AppendScalar(row, out);
    default:
      break;
  }
  if (type_.is_number()) return AppendNumber(row, out);
  if (type_.is_json) return AppendJsonCompact(out, TextOf(At<duckdb_string_t>(row)));
  if (type_.id == DUCKDB_TYPE_VARCHAR)
    return AppendJsonString(out, TextOf(At<duckdb_string_t>(row)));
  std::string text;
  AppendScalar(row, text);
  AppendJsonString(out, text);
}

void CellText::AppendPlain(idx_t row, std::string& out) const {
  switch (type_.id) {
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY:
    case DUCKDB_TYPE_MAP:
    case DUCKDB_TYPE_STRUCT:
      return AppendJson(row, out);
    case DUCKDB_TYPE_UNION:
      return children_[At<uint8_t>(row)].AppendPlain(row, out);
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
      return AppendFraction(row, out, false);
    default:
      break;
  }
  type_.is_number() ? AppendNumber(row, out) : AppendScalar(row, out);
}

void CellText::AppendScalar(idx_t row, std::string& out) const {
  if (IsTemporal(type_.id)) return AppendTemporal(type_.id, data_, row, out);
  switch (type_.id) {
    case DUCKDB_TYPE_BOOLEAN:
      out += At<bool>(row) ? "true" : "false";
      return;
    case DUCKDB_TYPE_VARCHAR:
      out += TextOf(At<duckdb_string_t>(row));
      return;
    case DUCKDB_TYPE_BLOB:
      return AppendBlob(TextOf(At<duckdb_string_t>(row)), out);
    case DUCKDB_TYPE_UUID:
      return AppendUuid(At<duckdb_hugeint>(row), out);
    case DUCKDB_TYPE_ENUM: {
      idx_t code = type_.stored == DUCKDB_TYPE_UTINYINT    ? At<uint8_t>(row)
                   : type_.stored == DUCKDB_TYPE_USMALLINT ? At<uint16_t>(row)
                                                           : At<uint32_t>(row);
      out += type_.names[code];
      return;
    }
    default:
      return;
  }
}

void CellText::AppendNumber(idx_t row, std::string& out) const {
  switch (type_.id) {
    case DUCKDB_TYPE_TINYINT:
      return AppendJsonInt(out, At<int8_t>(row));
    case DUCKDB_TYPE_SMALLINT:
      return AppendJsonInt(out, At<int16_t>(row));
    case DUCKDB_TYPE_INTEGER:
      return AppendJsonInt(out, At<int32_t>(row));
    case DUCKDB_TYPE_BIGINT:
      return AppendJsonInt(out, At<int64_t>(row));
    case DUCKDB_TYPE_UTINYINT:
      return AppendJsonInt(out, At<uint8_t>(row));
    case DUCKDB_TYPE_USMALLINT:
      return AppendJsonInt(out, At<uint16_t>(row));
    case DUCKDB_TYPE_UINTEGER:
      return AppendJsonInt(out, At<uint32_t>(row));
    case DUCKDB_TYPE_UBIGINT:
      return AppendUnsigned(out, At<uint64_t>(row));
    case DUCKDB_TYPE_HUGEINT:
      return AppendSigned(out, Join(At<duckdb_hugeint>(row)));
    case DUCKDB_TYPE_UHUGEINT:
      return AppendUnsigned(out, static_cast<UInt128>(Join(At<duckdb_hugeint>(row))));
    default:
      return AppendDecimal(row, out);
  }
}

void CellText::AppendFraction(idx_t row, std::string& out, bool is_json) const {
  double value = type_.id == DUCKDB_TYPE_FLOAT ? At<float>(row) : At<double>(row);
  if (std::isfinite(value)) {
    AppendJsonDouble(out, type_.id == DUCKDB_TYPE_FLOAT ? ShortestAsDouble(At<float>(row)) : value);
    return;
  }
  // JSON has no numbers for these; a null would hide them.
  const char* name = std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
  is_json ? AppendJsonString(out, name) : static_cast<void>(out += name);
}

void CellText::AppendDecimal(idx_t row, std::string& out) const {
  Int128 value = type_.stored == DUCKDB_TYPE_SMALLINT  ? At<int16_t>(row)
                 : type_.stored == DUCKDB_TYPE_INTEGER ? At<int32_t>(row)
                 : type_.stored == DUCKDB_TYPE_BIGINT  ? At<int64_t>(row)
                                                       : Join(At<duckdb_hugeint>(row));
  if (value < 0) out.push_back('-');
  std::string digits;
  AppendUnsigned(digits, value < 0 ? -static_cast<UInt128>(value) : static_cast<UInt128>(value));
  if (digits.size() <= type_.scale) digits.insert(0, type_.scale + 1 - digits.size(), '0');
  if (type_.scale != 0) digits.insert(digits.size() - type_.scale, ".");
  out += digits;
}

void CellText::AppendElements(idx_t begin, idx_t count, std::string& out) const {
  out.push_back('[');
  for (idx_t i = 0; i < count; ++i) {
    if (i != 0) out.push_back(',');
    children_[0].AppendJson(begin + i, out);
  }
  out.push_back(']');
}

void CellText::AppendEntries(idx_t begin, idx_t count, std::string& out) const {
  out.push_back('{');
  for (idx_t i = begin; i < begin + count; ++i) {
    if (i != begin) out.push_back(',');
    std::string key;
    children_[0].AppendPlain(i, key);
    AppendJsonString(out, key);
    out.push_back(':');
    children_[1].AppendJson(i, out);
  }
  out.push_back('}');
}

void CellText::AppendMembers(idx_t row, std::string& out) const {
  bool is_unnamed = !type_.names.empty() && type_.names[0].empty();
  out.push_back(is_unnamed ? '[' : '{');
  for (size_t i = 0; i < children_.size(); ++i) {
    if (i != 0) out.push_back(',');
    if (!is_unnamed) {
      AppendJsonString(out, type_.names[i]);
      out.push_back(':');
    }
    children_[i].AppendJson(row, out);
  }
  out.push_back(is_unnamed ? ']' : '}');
}

}  // namespace roost::query
