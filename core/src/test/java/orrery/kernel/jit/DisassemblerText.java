package orrery.kernel.jit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** How objdump writes an instruction in AT&amp;T syntax: with the operands in reverse order. */
final class DisassemblerText {
    private static final Set<String> OF_32_BITS =
            Set.of("mov32", "movzx8", "movzx16", "kmovw", "kmovd", "vmovd", "vpbroadcastw", "vpbroadcastd");
    private static final List<String> PREDICATES = List.of("eq", "lt", "le", "unord", "neq");
    private static final List<String> CONDITIONS = List.of("b", "ae", "e", "ne", "be", "a", "l", "ge", "le", "g");

    private DisassemblerText() {}

    static String of(String method, Object[] operands, VectorEncoding encoding) {
        String mnemonic = mnemonic(method, operands, encoding);
        var written = new ArrayList<String>();
        for (int i = operands.length - 1; i >= 0; i--) {
            Object operand = operands[i];
            boolean predicate = method.contains("cmp") && method.startsWith("v") && operand instanceof Integer;
            if (predicate) {
                int at = mnemonic.indexOf("cmp") + 3;
                mnemonic = mnemonic.substring(0, at) + PREDICATES.get((Integer) operand) + mnemonic.substring(at);
            } else if (operand instanceof Condition condition) {
                mnemonic += CONDITIONS.get(condition.ordinal());
            } else if (operand instanceof Opmask among && i == 1 && comparesSome(operands)) {
                written.add(text(operands[0], method, operands) + mask(among));
                i = 0;
            } else {
                written.add(text(operand, method, operands));
            }
        }
        return (mnemonic + " " + String.join(",", written)).strip();
    }

    /** Two masks first, and then vectors. */
    private static boolean comparesSome(Object[] operands) {
        return operands.length > 2 && operands[0] instanceof Opmask && operands[2] instanceof Vector;
    }

    private static String mnemonic(String method, Object[] operands, VectorEncoding encoding) {
        if (method.equals("mov")
                && operands[1] instanceof Long value
                && value != value.intValue()
                && value >>> 32 != 0) {
            return "movabs";
        }
        return switch (method) {
            case "mov32", "mov16", "mov8" -> "mov";
            case "movzx8" -> "movzbl";
            case "movzx16" -> "movzwl";
            case "vpdpbusd" -> (encoding == VectorEncoding.VEX ? "{vex} " : "") + method;
            default -> encoding == VectorEncoding.EVEX ? AssemblyText.EVEX_NAMES.getOrDefault(method, method) : method;
        };
    }

    private static String text(Object operand, String method, Object[] all) {
        return switch (operand) {
            case Vector(int number, var kind, var mask, boolean zeroing) ->
                "%" + kind.name().toLowerCase(Locale.ROOT) + number + mask(mask) + (zeroing ? "{z}" : "");
            case Opmask mask -> "%" + mask.name().toLowerCase(Locale.ROOT);
            case General register -> general(register, method, all);
            case Address address -> memory(address, method, all);
            case Integer number -> "$0x" + Long.toHexString(number);
            case Long number -> "$0x" + Long.toHexString(number);
            default -> throw new IllegalArgumentException("no operand: " + operand);
        };
    }

    private static String mask(Opmask mask) {
        return mask == Opmask.K0 ? "" : "{%" + mask.name().toLowerCase(Locale.ROOT) + "}";
    }

    private static String general(General register, String method, Object[] all) {
        String name = register.name().toLowerCase(Locale.ROOT);
        boolean zeroExtended =
                method.equals("mov") && all[1] instanceof Long value && value != value.intValue() && value >>> 32 == 0;
        boolean short32 = zeroExtended || OF_32_BITS.contains(method);
        if (short32) {
            return "%" + (register.number() > 7 ? name + "d" : "e" + name.substring(1));
        }
        if (method.equals("mov16")) {
            return "%" + (register.number() > 7 ? name + "w" : name.substring(1));
        }
        if (method.equals("mov8")) {
            return "%" + (register.number() > 7 ? name + "b" : name.substring(1).replace("x", "") + "l");
        }
        return "%" + name;
    }

    private static String memory(Address address, String method, Object[] all) {
        var base = (General) address.base();
        int displacement = address.displacement();
        boolean none = displacement == 0 && (base.number() & 7) != 5;
        String index = address.hasIndex()
                ? ",%" + address.index().name().toLowerCase(Locale.ROOT) + "," + address.scale()
                : "";
        return (none ? "" : (displacement < 0 ? "-" : "") + "0x" + Integer.toHexString(Math.abs(displacement)))
                + "(%" + base.name().toLowerCase(Locale.ROOT) + index + ")"
                + (address.broadcast() ? "{1to" + lanes(method, all) + "}" : "")
                + mask(address.mask());
    }

    private static int lanes(String method, Object[] all) {
        var widest = all[0] instanceof Vector vector ? vector : (Vector) all[2];
        boolean of64Bits =
                Set.of("vpaddq", "vpermq", "vpunpcklqdq", "vpunpckhqdq").contains(method)
                        || method.matches("vps[lr]lq");
        return widest.kind().bytes() / (of64Bits ? 8 : 4);
    }
}
