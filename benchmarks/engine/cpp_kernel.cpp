// One step of either formula over the blocks of a statement list: the arithmetic of the package's
// vectors.py and steps_*.py, for another compiler to try its hand at. See cpp.py.
#include <cstdint>
#include <limits>

#include "constants.h"

typedef double vd __attribute__((vector_size(8 * W)));
typedef int64_t vi __attribute__((vector_size(8 * W)));

constexpr double INF = std::numeric_limits<double>::infinity();
constexpr double NOT = std::numeric_limits<double>::quiet_NaN();

static inline vd splat(double x) { return x - vd{}; }
static inline vd v_abs(vd x) { return (vd)((vi)x & 0x7fffffffffffffff); }
static inline vd v_min(vd a, vd b) { return b < a ? b : a; }
static inline vd v_max(vd a, vd b) { return b > a ? b : a; }
static inline vd v_sqrt(vd x) {
  vd r;
  for (int lane = 0; lane < W; lane++) r[lane] = __builtin_sqrt(x[lane]);
  return r;
}

static inline vd v_exp(vd x) {
  vd near = v_max(v_min(x, splat(710.5)), splat(-746.0));
  vd shifted = near * LOG2E + ROUNDER;
  vi n = ((vi)shifted << 32) >> 32;
  vd t = shifted - ROUNDER;
  vd r = near - t * LN2_HIGH - t * LN2_LOW;
  vd total = splat(EXP[13]);
#pragma GCC unroll 16
  for (int k = 12; k >= 0; k--) total = total * r + EXP[k];
  vi half = n >> 1;
  total = total * (vd)((half + 1023) << 52);
  return total * (vd)((n - half + 1023) << 52);
}

static inline vd v_log(vd x) {
  vi tiny = x < 2.2250738585072014e-308;
  vi b = (vi)(tiny ? x * 18014398509481984.0 : x);
  vi k = (b - (vi)splat(0.70710678118654752440)) >> 52;
  vd f = (vd)(b - (k << 52)) - 1.0;
  vd kd = (vd)(k + 0x4338000000000000) - ROUNDER;
  kd = tiny ? kd - 54.0 : kd;
  vd s = f / (f + 2.0);
  vd z = s * s;
  vd r = splat(LOG[6]);
#pragma GCC unroll 8
  for (int i = 5; i >= 0; i--) r = r * z + LOG[i];
  vd half = 0.5 * f * f;
  vd found = kd * LN2_HIGH - ((half - (s * (half + r * z) + kd * LN2_LOW)) - f);
  found = x == INF ? splat(INF) : found;
  found = x == 0.0 ? splat(-INF) : found;
  return x >= 0.0 ? found : splat(NOT);
}

static inline vd v_pow(vd a, vd b) {
  vd found = v_exp(b * v_log(a));
  found = b == 0.0 ? splat(1.0) : found;
  return a == 1.0 ? splat(1.0) : found;
}

#include "blocks.h"

// Size of a scaled error as bits, of which those of NaN are larger than those of any number.
static inline vi scaled(const int64_t *arg, const vd *ws, int i, vd e) {
  const double *atol = (const double *)arg[ARG_ATOL];
  double rtol = __builtin_bit_cast(double, arg[ARG_RTOL]);
  vd size = v_max(v_abs(ws[AT_Y + i]), v_abs(ws[AT_YN + i]));
  return (vi)v_abs(e / (atol[i] + rtol * size));
}

#ifdef RODAS5P
template <int S> static inline void stage(vd *__restrict ws, vd ih) {
  vd *y = ws + AT_Y, *yn = ws + AT_YN, *k = ws + AT_K, *dy = ws + AT_DY;
  for (int i = 0; i < N; i++) {
    if constexpr (S > 5) {
      yn[i] += k[(S - 1) * N + i];
    } else {
      vd total = y[i] + k[i] * A[S][0];
#pragma GCC unroll 8
      for (int j = 1; j < S; j++) total = total + k[j * N + i] * A[S][j];
      yn[i] = total;
    }
  }
  rhs(ws, yn, dy);
  for (int i = 0; i < N; i++) {
    vd total = k[i] * C[S][0];
#pragma GCC unroll 8
    for (int j = 1; j < S; j++) total = total + k[j * N + i] * C[S][j];
    k[S * N + i] = dy[i] + ih * total;
  }
  solve(ws, ws + AT_M, k + S * N);
}

static inline vd step(vd *__restrict ws, const int64_t *arg) {
  vd ih = 1.0 / ws[AT_H];
  vd *yn = ws + AT_YN, *k = ws + AT_K;
  ws[AT_IG] = ih * (1.0 / GAMMA);
  factor(ws, ws + AT_Y, ws + AT_IG, k, ws + AT_M, ws + AT_GROWTH);
  solve(ws, ws + AT_M, k);
  stage<1>(ws, ih); stage<2>(ws, ih); stage<3>(ws, ih); stage<4>(ws, ih);
  stage<5>(ws, ih); stage<6>(ws, ih); stage<7>(ws, ih);
  vi worst = {};
  for (int i = 0; i < N; i++) {
    vd e = k[7 * N + i];
    yn[i] += e;
    vi r = scaled(arg, ws, i, e);
    worst = r > worst ? r : worst;
  }
  return ws[AT_GROWTH] < 1e10 ? (vd)worst : splat(NOT);
}
#else
template <int S> static inline void stage(vd *__restrict ws, vd h) {
  vd *y = ws + AT_Y, *yn = ws + AT_YN, *k = ws + AT_K;
  for (int i = 0; i < N; i++) {
    vd total = k[i] * A[S][0];
#pragma GCC unroll 8
    for (int j = 1; j < S; j++) total = total + k[j * N + i] * A[S][j];
    yn[i] = y[i] + h * total;
  }
  rhs(ws, yn, k + S * N);
}

static inline vd step(vd *__restrict ws, const int64_t *arg) {
  vd h = ws[AT_H], *k = ws + AT_K;
  stage<1>(ws, h); stage<2>(ws, h); stage<3>(ws, h);
  stage<4>(ws, h); stage<5>(ws, h); stage<6>(ws, h);
  vi worst = {};
  for (int i = 0; i < N; i++) {
    vd e = k[i] * E[0];
#pragma GCC unroll 8
    for (int j = 1; j < 7; j++) e = e + k[j * N + i] * E[j];
    vi r = scaled(arg, ws, i, h * e);
    worst = r > worst ? r : worst;
  }
  return (vd)worst;
}
#endif

// Steps from one state again and again; a state would move if its error were not finite.
extern "C" void repeat(vd *__restrict ws, const int64_t *__restrict arg) {
  for (int64_t n = 0; n < arg[ARG_REPEATS]; n++) {
    vd error = step(ws, arg);
    ws[AT_ERROR] = error;
    for (int i = 0; i < N; i++)
      ws[AT_Y + i] = error < 1e300 ? ws[AT_Y + i] : ws[AT_YN + i];
  }
}
