package calc;

import java.util.function.ToLongFunction;

/** A binding of the C++ library in examples/calc, whose every call is guarded. */
public final class Calc {
    static {
        System.loadLibrary("calcjni");
    }

    /**
     * The expression's value; {@code lookup} is asked for that of each variable. (It may be null, of which the library
     * doesn't think.) Throws what the lookup throws, and what is in package backstop if C++ throws or crashes.
     */
    public static native long evaluate(String expression, ToLongFunction<String> lookup);

    private Calc() {}
}
