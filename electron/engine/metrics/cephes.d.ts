/** The parts of cephes (npm) that are used; its own types are not reachable through its exports. */
declare module 'cephes' {
  const cephes: {
    /** Fulfilled once its WebAssembly is there, some milliseconds after it is loaded: before that every call fails. */
    compiled: Promise<void>;
    /** Inverse of the regularised incomplete beta integral: x with I_x(a, b) = y. */
    incbi(a: number, b: number, y: number): number;
    /** Regularised incomplete beta integral I_x(a, b). */
    incbet(a: number, b: number, x: number): number;
    /** Normal quantile. */
    ndtri(p: number): number;
    /** Normal distribution function. */
    ndtr(z: number): number;
    /** 1 - erf, with its digits in the tail. */
    erfc(x: number): number;
    /** Binomial distribution function: P(X <= k) of n trials. */
    bdtr(k: number, n: number, p: number): number;
  };
  export default cephes;
}
