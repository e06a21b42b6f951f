#include <string_view>

namespace roost::world {

extern const std::string_view kShopWorld;

const std::string_view kShopWorld =
    R"yaml(# A shop: orders hold their lines inside, lines have a key of two fields, returns refer to it.
world: shop
about: Customers order products; an order's lines are nested in it; some lines come back.

parameters:
  products: 300

document:
  name: batch
  fields:
    batch: {sequence: {start: 1}}
    exported_at: {time: {start: 2026-02-01T00:00:00Z, every: 10min, spread: 1s, precision: us}}

tables:
  products:
    once: $products
    key: sku
    fields:
      sku: {pattern: "[A-Z]{2}-[0-9]{4}", unique: true}
      kind: {choice: {book: 4, game: 2, tool: 3, lamp: 1}}
      title: {text: "{kind} {sku}"}
      price: {number: {lognormal: [18, 0.8], between: [0.5, 900], decimals: 2}, unit: {is: EUR, other: ct, factor: 100}}
      weight_grams: {int: {lognormal: [600, 1.0], between: [5, 40000]}, nullable: 0.05, unit: {is: g, other: mg, factor: 1000}}

  customers:
    rows: 3
    key: customer_id
    fields:
      customer_id: {sequence: {start: 10001}}
      country: {choice: {DE: 5, FR: 3, PL: 2, "NO": 1}}
      city:
        choice:
          by: country
          lists:
            DE: [Köln, München, Zürich-Nord, Görlitz]
            FR: [Orléans, Nîmes, Besançon]
            PL: [Łódź, Kraków, Gdańsk]
            "NO": [Tromsø, Ålesund]
      email: {text: "c{customer_id}@mail.example"}
      newsletter: {bool: 0.3, absent: 0.1}

  orders:
    rows: {between: [4, 8]}
    key: order_id
    fields:
      order_id: {sequence: {start: 1}}
      customer_id: {ref: {table: customers, window: 256, earlier: 0.9, popularity: 3}}
      placed_at: {time: {start: 2026-01-31T23:50:00Z, every: 10min, spread: 10min}}
      status: {choice: {shipped: 8, open: 2, cancelled: 1}}
      coupon: {pattern: "SAVE[0-9]{2}", absent: 0.8}

  order_lines:
    per: orders
    count: {weights: {1: 5, 2: 4, 3: 3, 4: 1, 8: 1}}
    inside: true
    key: [order_id, line_no]
    unique: [order_id, sku]
    fields:
      order_id: {from: orders.order_id}
      line_no: {index: {start: 1}}
      product: {ref: {table: products, popularity: 3}, hidden: true}
      sku: {from: product.sku}
      quantity: {int: {weights: {1: 8, 2: 3, 3: 1, 10: 1}}}
      unit_price: {from: product.price}
      amount: {formula: {value: quantity * unit_price, decimals: 2}}

  returns:
    rows: {weights: {0: 5, 1: 3, 2: 1}}
    key: return_id
    fields:
      return_id: {sequence: {start: 1}}
      line: {ref: {table: order_lines, window: 96, earlier: 0.9}, hidden: true}
      order_id: {from: line.order_id}
      line_no: {from: line.line_no}
      reason: {choice: [damaged, wrong size, late, other], nullable: 0.2}

rules:
  - name: amount_adds_up
    table: order_lines
    holds: abs(amount - quantity * unit_price) < 0.005
    break: {amount: "amount + 1.5"}
)yaml";

}  // namespace roost::world
