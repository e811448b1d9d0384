package backstop;

/** C++ crashed under a guard, and was left. */
public final class Fault extends RuntimeException {
    /** What happened, as a number of backstop_fault_kind; the message has it in words. */
    public final int kind;
    /** The number of the signal. */
    public final int signal;
    /** What was accessed; null if the machine gave no address. */
    public final Long address;
    /** The instructions at which the functions stood, the one that crashed first. */
    public final long[] frames;
    /** Something may be leaked, locked or half changed. */
    public final boolean isTorn;

    Fault(String message, int kind, int signal, boolean hasAddress, long address, long[] frames, boolean isTorn) {
        super(message);
        this.kind = kind;
        this.signal = signal;
        this.address = hasAddress ? address : null;
        this.frames = frames;
        this.isTorn = isTorn;
    }
}
