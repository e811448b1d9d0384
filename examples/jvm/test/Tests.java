package test;

import backstop.CxxException;
import backstop.Fault;
import calc.Calc;

/** What the example promises. Each argument is the name of a test; what doesn't hold ends the JVM by an Error. */
public final class Tests {
    private static final int SIGFPE = 8, SIGSEGV = 11, SIGABRT = 6;
    private static final int NULL_DEREFERENCE = 1, STACK_OVERFLOW = 12;
    private static final int ROUNDS = 10_000;

    public static void main(String[] names) throws Exception {
        for (String name : names) {
            Tests.class.getDeclaredMethod(name).invoke(null);
            System.out.println(name + " ok");
        }
    }

    // ---- What a call comes to

    static void calls() {
        check(Calc.evaluate("2 * (answer - 21)", name -> name.equals("answer") ? 42 : 0) == 42);
        CxxException thrown = thrown(CxxException.class, () -> Calc.evaluate("1 + ", null));
        check(thrown.type.equals("calc::syntax_error") && thrown.what.equals("it ends too early"));
        check(thrown.getMessage().equals("calc_evaluate: calc::syntax_error: it ends too early"));
        check(thrown(CxxException.class, () -> Calc.evaluate("\u00e4", null)).what.contains("unexpected"));
        Fault divided = thrown(Fault.class, () -> Calc.evaluate("1 / 0", null));
        check(divided.signal == SIGFPE && divided.getMessage().contains("integer division by zero"));
        Fault asserted = thrown(Fault.class, () -> Calc.evaluate("", null));
        check(asserted.signal == SIGABRT && asserted.getMessage().contains("there is nothing to evaluate"));
        Fault called = thrown(Fault.class, () -> Calc.evaluate("nobody", null)); // through a null pointer
        check(called.signal == SIGSEGV && called.frames.length > 3);
        Fault written = thrown(Fault.class, Hostile::writeToNull);
        check(written.kind == NULL_DEREFERENCE && written.signal == SIGSEGV && written.address == 8);
        check(Calc.evaluate("6 * 7", null) == 42);
    }

    // ---- Java that C++ calls back

    static void callbacks() {
        IllegalStateException mine = new IllegalStateException("mine");
        check(thrown(IllegalStateException.class, () -> Calc.evaluate("x", name -> { throw mine; })) == mine);
        thrown(NullPointerException.class, () -> Calc.evaluate("x", name -> valueOf(null)));
        check(Calc.evaluate("x + y", name -> Calc.evaluate("20 + 1", null)) == 42);
        thrown(Fault.class, () -> Calc.evaluate("x", name -> Calc.evaluate("1 / 0", null)));
        thrown(StackOverflowError.class, () -> Hostile.callBack(Tests::recurse));
        Hostile.callBack(() -> alternate(1000));
    }

    // ---- The JVM's own signals

    private static final class Box {
        long value = 1;
    }

    /** As the JIT compiles it, the null check is the access itself, and its SIGSEGV. */
    private static long valueOf(Box box) {
        return box.value;
    }

    private static long sum;

    /** Crashes of C++ and null pointers in Java, in turns. */
    private static void alternate(int rounds) {
        Box box = new Box();
        for (int round = 0; round < rounds; ++round) {
            sum += valueOf(box);
            thrown(NullPointerException.class, () -> sum += valueOf(null));
            check(thrown(Fault.class, Hostile::writeToNull).address == 8);
        }
    }

    private static void warmUp() {
        Box box = new Box();
        for (int round = 0; round < 100_000; ++round) {
            sum += valueOf(box);
        }
    }

    static void alternating() {
        warmUp();
        long before = Hostile.signals();
        alternate(ROUNDS);
        check(Hostile.signals() - before >= ROUNDS);
    }

    /** Where compiled code stays as it is (-XX:TieredStopAtLevel=1): every null pointer is a signal. */
    static void alternatingBySignals() {
        warmUp();
        long before = Hostile.signals();
        alternate(ROUNDS);
        long signals = Hostile.signals() - before;
        check(signals >= 2 * ROUNDS - ROUNDS / 100, signals); // the first few may be interpreted
    }

    static void alternatingOnThreads() throws Exception {
        warmUp();
        onThreads(8, 0, () -> alternate(ROUNDS / 4));
    }

    private static int recurse() {
        return recurse() + 1;
    }

    // ---- Stacks: the JVM keeps the last pages of each from being used, and takes a fault there for its own

    static void overflows() throws Exception {
        Runnable both = () -> {
            for (int round = 0; round < 5; ++round) {
                Fault fault = thrown(Fault.class, Hostile::overflow);
                check(fault.kind == STACK_OVERFLOW, fault.getMessage());
                thrown(StackOverflowError.class, Tests::recurse);
            }
            String deep = "(".repeat(1_000_000);
            check(thrown(Fault.class, () -> Calc.evaluate(deep, null)).kind == STACK_OVERFLOW);
        };
        both.run();
        onThreads(1, 0, both);
        onThreads(2, 256 * 1024, both);
        onThreads(2, 16 * 1024 * 1024, both);
    }

    static void threadsThatEnd() throws Exception {
        for (int round = 0; round < 20; ++round) {
            onThreads(8, 0, () -> thrown(Fault.class, Hostile::writeToNull));
        }
    }

    /** Safepoints stop threads by signals, too, and objects move. */
    static void underGarbageCollection() throws Exception {
        Thread collector = new Thread(() -> {
            while (!Thread.interrupted()) {
                System.gc();
            }
        });
        collector.start();
        onThreads(4, 0, () -> alternate(500));
        collector.interrupt();
        collector.join();
    }

    // ---- What no guard covers is the JVM's to report

    static void crash() {
        if (System.getenv("BACKSTOP_DISABLE") == null) {
            thrown(Fault.class, Hostile::writeToNull);
        }
        Hostile.crash();
    }

    // ---- Tools

    private static void onThreads(int count, long stackSize, Runnable body) throws Exception {
        Throwable[] failed = new Throwable[1];
        Thread[] threads = new Thread[count];
        for (int index = 0; index < count; ++index) {
            threads[index] = new Thread(null, body, "test", stackSize);
            threads[index].setUncaughtExceptionHandler((thread, throwable) -> failed[0] = throwable);
            threads[index].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (failed[0] != null) {
            throw new AssertionError(failed[0]);
        }
    }

    private static <T extends Throwable> T thrown(Class<T> type, Runnable body) {
        try {
            body.run();
        } catch (Throwable throwable) {
            if (type.isInstance(throwable)) {
                return type.cast(throwable);
            }
            throw new AssertionError(throwable);
        }
        throw new AssertionError("no " + type);
    }

    private static void check(boolean holds, Object... shown) {
        if (!holds) {
            throw new AssertionError(java.util.Arrays.toString(shown));
        }
    }
}
