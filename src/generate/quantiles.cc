#include "generate/quantiles.h"

#include <cmath>
#include <cstdint>

// A fused multiply-add rounds once where two operations round twice.
#if defined(__clang__)
#pragma clang fp contract(off)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

namespace roost::generate {

namespace {

constexpr double kLn2 = 0.69314718055994530942;

double Polynomial(double x, const double* coefficients, int count) {
  double sum = coefficients[count - 1];
  for (int i = count - 2; i >= 0; --i) sum = sum * x + coefficients[i];
  return sum;
}

}  // namespace

double Logarithm(double x) {
  int exponent;
  double m = std::frexp(x, &exponent);  // exact
  if (m < 0.70710678118654752440) {
    m *= 2;
    --exponent;
  }
  double s = (m - 1) / (m + 1), square = s * s, sum = 0;
  for (int k = 21; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
  return 2 * s * sum + exponent * kLn2;
}

double Exponential(double x) {
  double n = std::floor(x / kLn2 + 0.5);
  double r = x - n * kLn2, sum = 1;
  for (int k = 18; k >= 1; --k) sum = 1 + sum * r / k;
  return std::ldexp(sum, static_cast<int>(n));  // exact
}

// Wichura's AS 241 (PPND16): relative error about 1e-16.
double NormalQuantile(double p) {
  static constexpr double kA[] = {
      3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
      45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727};
  static constexpr double kB[] = {1.0,
                                  42.313330701600911252,
                                  687.18700749205790830,
                                  5394.1960214247511077,
                                  21213.794301586595867,
                                  39307.895800092710610,
                                  28729.085735721942674,
                                  5226.4952788528545610};
  static constexpr double kC[] = {1.42343711074968357734,   4.63033784615654529590,
                                  5.76949722146069140550,   3.64784832476320460504,
                                  1.27045825245236838258,   0.241780725177450611770,
                                  0.0227238449892691845833, 7.74545014278341407640e-4};
  static constexpr double kD[] = {1.0,
                                  2.05319162663775882187,
                                  1.67638483018380384940,
                                  0.689767334985100004550,
                                  0.148103976427480074590,
                                  0.0151986665636164571966,
                                  5.47593808499534494600e-4,
                                  1.05075007164441684324e-9};
  static constexpr double kE[] = {6.65790464350110377720,    5.46378491116411436990,
                                  1.78482653991729133580,    0.296560571828504891230,
                                  0.0265321895265761230930,  0.00124266094738807843860,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr double kF[] = {1.0,
                                  0.599832206555887937690,
                                  0.136929880922735805310,
                                  0.0148753612908506148525,
                                  7.86869131145613259100e-4,
                                  1.84631831751005468180e-5,
                                  1.42151175831644588870e-7,
                                  2.04426310338993978564e-15};
  double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    double r = 0.180625 - q * q;
    return q * Polynomial(r, kA, 8) / Polynomial(r, kB, 8);
  }
  double r = std::sqrt(-Logarithm(q < 0 ? p : 1 - p));
  double value = r <= 5 ? Polynomial(r - 1.6, kC, 8) / Polynomial(r - 1.6, kD, 8)
                        : Polynomial(r - 5, kE, 8) / Polynomial(r - 5, kF, 8);
  return q < 0 ? -value : value;
}

}  // namespace roost::generate
