package backstop;

/** C++ threw an exception that came up to the guard. */
public final class CxxException extends RuntimeException {
    /** The C++ type of the exception. */
    public final String type;
    /** What the exception says; null if it says nothing. */
    public final String what;

    CxxException(String message, String type, String what) {
        super(message);
        this.type = type;
        this.what = what;
    }
}
