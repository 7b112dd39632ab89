package orrery.kernel.jit;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls the assembler's method for one line in Intel's syntax, as GNU as reads it. */
final class AssemblyText {
    /** EVEX names of instructions that have another name in VEX. */
    static final Map<String, String> EVEX_NAMES = Map.ofEntries(
            Map.entry("vmovdqu", "vmovdqu32"),
            Map.entry("vmovdqa", "vmovdqa32"),
            Map.entry("vpand", "vpandd"),
            Map.entry("vpor", "vpord"),
            Map.entry("vpxor", "vpxord"),
            Map.entry("vextractf128", "vextractf32x4"),
            Map.entry("vextracti128", "vextracti32x4"),
            Map.entry("vinserti128", "vinserti32x4"),
            Map.entry("vbroadcasti128", "vbroadcasti32x4"));

    private static final Pattern VECTOR = Pattern.compile("([xyz]mm)(\\d+)(?:\\{k(\\d)})?(\\{z})?");
    private static final Pattern MASK = Pattern.compile("k(\\d)(?:\\{k(\\d)})?");
    private static final Pattern MEMORY =
            Pattern.compile("(?:(\\w+) ptr )?\\[(\\w+)(?:\\+(\\w+)\\*(\\d))?([+-]\\d+)?](\\{1to\\d+})?(?:\\{k(\\d)})?");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+");

    private AssemblyText() {}

    /**
     * The bytes that Orrery's assembler makes of a line.
     *
     * @throws IllegalArgumentException if there is no such method, or it refuses the operands
     */
    static byte[] assembled(VectorEncoding encoding, String line) throws ReflectiveOperationException {
        String mnemonic = line.replaceAll(" .*", "");
        var operands = new ArrayList<Object>();
        String size = "";
        for (String text : line.substring(mnemonic.length()).split(",")) {
            text = text.strip();
            if (!text.isEmpty()) {
                operands.addAll(operands(text));
                size = size(text).orElse(size);
            }
        }
        boolean comparesAll =
                operands.size() > 2 && operands.get(0) instanceof Opmask && operands.get(1) instanceof Vector;
        if (comparesAll) {
            operands.add(1, Opmask.K0);
        }
        var assembler = new Assembler(encoding);
        var method = method(name(mnemonic, size), operands);
        var arguments = new Object[operands.size()];
        for (int i = 0; i < arguments.length; i++) {
            var type = method.getParameterTypes()[i];
            arguments[i] = operands.get(i) instanceof Long number && type == int.class
                    ? Math.toIntExact(number)
                    : operands.get(i);
        }
        method.invoke(assembler, arguments);
        return assembler.finish();
    }

    private static String name(String mnemonic, String size) {
        return switch (mnemonic) {
            case "mov" -> mnemonic + (size.equals("64") ? "" : size);
            case "movzx" -> mnemonic + size;
            default ->
                EVEX_NAMES.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(mnemonic))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse(mnemonic);
        };
    }

    /** The number of bits of a general register or of a named memory size. */
    private static Optional<String> size(String text) {
        if (text.startsWith("byte ptr") || General8.indexOf(text) >= 0) {
            return Optional.of("8");
        }
        if (text.startsWith("word ptr") || General16.indexOf(text) >= 0) {
            return Optional.of("16");
        }
        if (General32.indexOf(text) >= 0) {
            return Optional.of("32");
        }
        return general(text).isPresent() ? Optional.of("64") : Optional.empty();
    }

    private static final List<String> General32 = List.of(
            "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d", "r12d", "r13d",
            "r14d", "r15d");
    private static final List<String> General16 = List.of(
            "ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w", "r11w", "r12w", "r13w", "r14w",
            "r15w");
    private static final List<String> General8 = List.of(
            "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b", "r12b", "r13b", "r14b",
            "r15b");

    private static Optional<General> general(String text) {
        return Arrays.stream(General.values())
                .filter(register -> register.name().equalsIgnoreCase(text)
                        || General32.get(register.ordinal()).equals(text)
                        || General16.get(register.ordinal()).equals(text)
                        || General8.get(register.ordinal()).equals(text))
                .findFirst();
    }

    /** One; but two for a mask, whose second says which lanes are compared. */
    private static List<Object> operands(String text) {
        Matcher vector = VECTOR.matcher(text);
        if (vector.matches()) {
            var kind = Vector.Kind.valueOf(vector.group(1).toUpperCase(java.util.Locale.ROOT));
            return List.of(new Vector(
                    Integer.parseInt(vector.group(2)), kind, mask(vector.group(3)), vector.group(4) != null));
        }
        Matcher mask = MASK.matcher(text);
        if (mask.matches()) {
            return mask.group(2) == null
                    ? List.of(mask(mask.group(1)))
                    : List.of(mask(mask.group(1)), mask(mask.group(2)));
        }
        Matcher memory = MEMORY.matcher(text);
        if (memory.matches()) {
            var base = general(memory.group(2)).orElseThrow();
            int displacement = memory.group(5) == null ? 0 : Integer.parseInt(memory.group(5));
            var address = memory.group(3) == null
                    ? Address.at(base, displacement)
                    : Address.at(
                            base,
                            general(memory.group(3)).orElseThrow(),
                            Integer.parseInt(memory.group(4)),
                            displacement);
            address = memory.group(6) == null ? address : address.each();
            return List.of(address.masked(mask(memory.group(7))));
        }
        if (NUMBER.matcher(text).matches()) {
            return List.of(Long.parseLong(text));
        }
        return List.of(general(text).orElseThrow(() -> new IllegalArgumentException("no operand: " + text)));
    }

    private static Opmask mask(String digit) {
        return digit == null ? Opmask.K0 : Opmask.values()[Integer.parseInt(digit)];
    }

    private static Method method(String name, List<Object> operands) {
        return Arrays.stream(Assembler.class.getMethods())
                .filter(method -> method.getName().equals(name) && takes(method, operands))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no method " + name + " takes " + operands));
    }

    private static boolean takes(Method method, List<Object> operands) {
        var types = method.getParameterTypes();
        if (types.length != operands.size()) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            boolean number = operands.get(i) instanceof Long && (types[i] == int.class || types[i] == long.class);
            if (!number && !types[i].isInstance(operands.get(i))) {
                return false;
            }
        }
        return true;
    }
}
