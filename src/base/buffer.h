// Holds a growable array of plain values without initialising them.
//
// std::vector zeroes what it grows and cannot be appended to past its size; the shredder writes
// whole vector registers past the end instead. Every Buffer therefore keeps kSlack readable and
// writable bytes behind its capacity. Not thread-safe. Pointers die at the next Reserve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

namespace roost {

template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  static constexpr size_t kSlack = 64;  // bytes

  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  Buffer(Buffer&& other) noexcept { Swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    Swap(other);
    return *this;
  }
  ~Buffer() { std::free(data_); }

  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  /// Bytes of memory held.
  size_t held_bytes() const { return data_ ? capacity_ * sizeof(T) + kSlack : 0; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

  /// Makes room for `wanted` values in all, at least doubling; throws std::bad_alloc.
  void Reserve(size_t wanted) {
    if (wanted <= capacity_ && data_) return;
    size_t capacity = capacity_ * 2 > wanted ? capacity_ * 2 : wanted;
    void* grown = std::realloc(static_cast<void*>(data_), capacity * sizeof(T) + kSlack);
    if (!grown) throw std::bad_alloc();
    data_ = static_cast<T*>(grown);
    capacity_ = capacity;
  }
  /// Sets the size without touching values; room must have been reserved.
  void SetSize(size_t size) { size_ = size; }
  void Push(T value) {
    if (size_ == capacity_) [[unlikely]]
      Reserve(size_ < 32 ? 64 : size_ * 2);
    data_[size_++] = value;
  }
  void Append(const T* values, size_t count) {
    if (size_ + count > capacity_) [[unlikely]]
      Reserve(size_ + count);
    if (count) __builtin_memcpy(static_cast<void*>(data_ + size_), values, count * sizeof(T));
    size_ += count;
  }
  /// Forgets the values and keeps the memory.
  void Clear() { size_ = 0; }
  /// Forgets the values and gives the memory back.
  void Release() { *this = Buffer(); }

 private:
  void Swap(Buffer& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace roost
