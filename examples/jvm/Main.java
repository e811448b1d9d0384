import backstop.CxxException;
import backstop.Fault;
import calc.Calc;
import java.util.Map;

/** Evaluates each argument, whatever becomes of the one before. */
public final class Main {
    private static final Map<String, Long> VARIABLES = Map.of("answer", 42L);

    public static void main(String[] arguments) {
        for (String argument : arguments) {
            try {
                System.out.println(Calc.evaluate(argument, name -> VARIABLES.get(name)));
            } catch (CxxException e) {
                System.out.println("failed: " + e.getMessage());
            } catch (Fault e) {
                System.out.println("crashed by signal " + e.signal + ": " + e.getMessage());
            } catch (NullPointerException e) { // Java's own: there is no such variable
                System.out.println("unknown variable");
            }
        }
    }
}
