// Deals the seats of classes to the enrollments of a document, so that no class is ever over-full
// and no student in one class twice. ("Classes", "students" and "enrollments" stand for the
// parents, owners and rows of any world's reference with a capacity.)
//
// seats.cc begins with how it works. What a document gets depends on its number and the window of
// documents before it, and on nothing else, so it may be asked for any document; asking in order is
// cheapest. One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "generate/row_set.h"

namespace roost::generate {

/// The enrollments of one document.
struct SeatDeal {
  struct Owner {
    uint64_t row;  // of the owner; for tables owned by the document, the row itself
    uint32_t wish;
    std::vector<uint64_t>
        classes;  // rows of the parent, all different; fewer than the wish in the
                  // first documents only, where fewer classes are open than wished
  };
  std::vector<Owner> owners;
  std::vector<uint32_t> own_used;  // enrollments in each class of this document
  std::vector<uint32_t> own_left;  // seats of those that nobody will ever take
};

class SeatDealer {
 public:
  /// `table` has a seat column. `program` must outlive the dealer.
  SeatDealer(const Program& program, int table);

  /// Fills `deal` for the document; its vectors are used again.
  void Deal(uint64_t document, SeatDeal* deal);

 private:
  /// What later documents must know of a document's classes.
  struct Facts {
    uint64_t document = UINT64_MAX;
    std::vector<uint32_t> seats;    // of each class
    std::vector<uint32_t> offers;   // of those, to the documents that follow
    std::vector<uint64_t> weights;  // popularity
    uint32_t offered = 0;           // sum of offers
    uint64_t deal_key = 0;          // of the permutation that deals them
  };
  const Facts& FactsOf(uint64_t document);
  void ComputeSeats(uint64_t document, Facts* facts);
  void ComputeOffers(uint64_t document, Facts* facts);
  void FindWishes(uint64_t document);
  void FindOwners(uint64_t document, SeatDeal* deal);
  void FindArrivals(uint64_t document, uint64_t wanted);
  void DealArrivals(SeatDeal* deal, size_t own_classes);
  bool TakeArrival(SeatDeal::Owner* owner);
  void DealOwn(uint64_t document, SeatDeal* deal);
  void ChooseOwnSeats(const Facts& facts, size_t owners);
  uint64_t ParentRow(uint64_t document, size_t index) const;

  const Program& program_;
  int table_;
  const Column& column_;
  int parent_;
  uint64_t deal_key_;
  std::vector<Facts> facts_;  // a ring, by document
  RowSet parents_;
  std::vector<uint64_t> arrivals_;  // class rows of earlier documents with a seat for this one
  size_t next_arrival_ = 0;
  std::vector<uint32_t> wishes_;     // of each owner
  std::vector<uint32_t> needs_;      // of own classes, for each owner
  std::vector<uint32_t> own_seats_;  // that DealOwn gives out, of each class
  std::vector<uint32_t> limits_, equal_;
  std::vector<uint64_t> order_;
  std::vector<uint64_t> alike_;
};

}  // namespace roost::generate
