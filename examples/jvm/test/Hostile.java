package test;

/** What the tests need beside the calculator: C++ that crashes in ways of its own, and a look at the signals. */
final class Hostile {
    static {
        System.loadLibrary("hostilejni");
    }

    /** Writes to address 8, under a guard. */
    static native void writeToNull();

    /** Recurses without end, under a guard. */
    static native void overflow();

    /** Calls it under a guard, behind a barrier. */
    static native void callBack(Runnable function);

    /** Writes to address 8. */
    static native void crash();

    /** How many signals have arrived at backstop so far, under guards and not. */
    static native long signals();

    private Hostile() {}
}
