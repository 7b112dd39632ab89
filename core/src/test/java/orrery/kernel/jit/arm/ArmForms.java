package orrery.kernel.jit.arm;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orrery.kernel.jit.arm.ArmVector.Arrangement;
import orrery.kernel.jit.arm.ArmVector.Element;

/**
 * Every method of the assembler with every arrangement that it takes and then, one operand after the other, with every
 * register, element and constant.
 */
final class ArmForms {
    private static final List<Integer> NUMBERS = Stream.concat(
                    IntStream.range(-17, 66).boxed(),
                    Stream.of(
                            -256, -255, -128, 100, 127, 128, 136, 255, 256, 257, 504, 512, 1024, 4088, 4092, 4095, 4096,
                            8192, 16380, 16384, 32752, 32760, 32768, 65520, 65535))
            .toList();

    private final BiConsumer<byte[], String> take;

    private ArmForms(BiConsumer<byte[], String> take) {
        this.take = take;
    }

    /** Passes each form's bytes, and the text that a disassembler would write. */
    static void each(BiConsumer<byte[], String> take) throws ReflectiveOperationException {
        var forms = new ArmForms(take);
        var methods = Arrays.stream(ArmAssembler.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !List.of(method.getParameterTypes()).contains(ArmLabel.class))
                .sorted(Comparator.comparing(Method::toGenericString))
                .toList();
        for (var method : methods) {
            forms.of(method, new ArrayList<>());
        }
    }

    /** Chooses the arrangements of the operands from that number on. */
    private void of(Method method, List<Object> operands) throws ReflectiveOperationException {
        int number = operands.size();
        if (number < method.getParameterCount()) {
            var type = method.getParameterTypes()[number];
            for (var plain : plain(type, number)) {
                operands.add(plain);
                of(method, operands);
                operands.removeLast();
            }
            return;
        }
        if (!taken(method, operands)) {
            return;
        }
        form(method, operands);
        for (int i = 0; i < number; i++) {
            for (var other : others(operands.get(i))) {
                var changed = new ArrayList<>(operands);
                changed.set(i, other);
                if (taken(method, changed)) {
                    form(method, changed);
                }
            }
        }
    }

    private static List<?> plain(Class<?> type, int operand) {
        if (type == ArmVector.class) {
            return Arrays.stream(Arrangement.values())
                    .map(arrangement -> new ArmVector(operand + 1, arrangement))
                    .toList();
        }
        if (type == Element.class) {
            return List.of(ArmVector.v(7).s4(1), ArmVector.v(7).b4(1));
        }
        return type == ArmGeneral.class ? List.of(ArmGeneral.values()[operand + 3]) : List.of(16);
    }

    private static List<?> others(Object operand) {
        return switch (operand) {
            case ArmVector(int _, var arrangement) ->
                IntStream.range(0, 32)
                        .mapToObj(number -> new ArmVector(number, arrangement))
                        .toList();
            case Element(int _, var group, int _) ->
                IntStream.range(0, 128)
                        .mapToObj(i -> new Element(i / 4, group, i % 4))
                        .toList();
            case ArmGeneral _ -> List.of(ArmGeneral.values());
            case Integer _ -> NUMBERS;
            default -> throw new IllegalArgumentException("no operand: " + operand);
        };
    }

    /** Whether the assembler accepts these operands. */
    private static boolean taken(Method method, List<Object> operands) throws ReflectiveOperationException {
        try {
            method.invoke(new ArmAssembler(), operands.toArray());
            return true;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException) {
                return false;
            }
            throw e;
        }
    }

    private void form(Method method, List<Object> operands) throws ReflectiveOperationException {
        var assembler = new ArmAssembler();
        method.invoke(assembler, operands.toArray());
        take.accept(assembler.finish(), text(method.getName(), operands));
    }

    /** As objdump writes it. */
    private static String text(String method, List<Object> operands) {
        if (method.equals("ldr") || method.equals("str")) {
            var vector = (ArmVector) operands.get(0);
            int offset = (Integer) operands.get(2);
            int bytes = vector.arrangement().bytes();
            boolean scaled = offset >= 0 && offset % bytes == 0 && offset / bytes < 4096;
            return (scaled ? method : method.replaceAll("r$", "ur")) + " " + text(vector) + ", "
                    + memory(operands.get(1), offset);
        }
        if (method.equals("prfm")) {
            return "prfm pldl1keep, " + memory(operands.get(0), (Integer) operands.get(1));
        }
        if (method.equals("tbl")) {
            return "tbl " + text(operands.get(0)) + ", {" + text(operands.get(1)) + "}, " + text(operands.get(2));
        }
        boolean moves = (method.equals("orr") && operands.get(1).equals(operands.get(2)))
                || (method.equals("add") && operands.contains(ArmGeneral.SP) && operands.contains(0));
        if (moves) {
            return "mov " + text(operands.get(0)) + ", " + text(operands.get(1));
        }
        boolean hexadecimal = operands.stream().anyMatch(ArmGeneral.class::isInstance) || method.equals("movi");
        String written = operands.stream()
                .map(operand -> operand instanceof Integer number && hexadecimal
                        ? "#0x" + Integer.toHexString(number)
                        : text(operand))
                .collect(Collectors.joining(", "));
        return ((method.equals("movz") ? "mov" : method) + " " + written).strip();
    }

    private static String memory(Object base, int offset) {
        return "[" + text(base) + (offset == 0 ? "" : ", #" + offset) + "]";
    }

    private static String text(Object operand) {
        return switch (operand) {
            case ArmVector vector -> {
                String name = vector.arrangement().name().toLowerCase(Locale.ROOT);
                yield name.length() == 1
                        ? name + vector.number()
                        : "v" + vector.number() + "." + name.substring(1) + name.charAt(0);
            }
            case Element(int number, var group, int index) ->
                "v" + number + (group == Arrangement.S4 ? ".s[" : ".4b[") + index + "]";
            case ArmGeneral register -> register.name().toLowerCase(Locale.ROOT);
            case Integer number -> "#" + number;
            default -> throw new IllegalArgumentException("no operand: " + operand);
        };
    }
}
