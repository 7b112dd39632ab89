package orrery.kernel.jit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orrery.kernel.jit.Operand.VectorOrMemory;

/**
 * Every method of the assembler with every width of its operands and then, one operand after the other, with every
 * register, address, mask and constant.
 */
final class InstructionForms {
    /** Widths of a vector operand; null stands for memory. */
    private static final List<Vector.Kind> KINDS =
            Arrays.asList(Vector.Kind.XMM, Vector.Kind.YMM, Vector.Kind.ZMM, null);

    /** Numbers near every limit of a short displacement, in any unit. */
    private static final List<Integer> DISPLACEMENTS = List.of(
            0, 1, 2, 4, 8, 16, 32, 64, 100, 127, 128, -1, -64, -128, -129, 448, 508, 512, 1016, 1024, 2032, 2048, 4064,
            4096, 8128, 8192, -4096, -8192, -8256, 1 << 30);

    private final VectorEncoding encoding;
    private final BiConsumer<byte[], String> take;

    private InstructionForms(VectorEncoding encoding, BiConsumer<byte[], String> take) {
        this.encoding = encoding;
        this.take = take;
    }

    /** Passes each form's bytes, and the text that a disassembler would write. */
    static void each(VectorEncoding encoding, BiConsumer<byte[], String> take) throws ReflectiveOperationException {
        var forms = new InstructionForms(encoding, take);
        var methods = Arrays.stream(Assembler.class.getMethods())
                .filter(method -> method.getDeclaringClass().getSimpleName().endsWith("Instructions"))
                .filter(method -> !List.of(method.getParameterTypes()).contains(Label.class))
                .sorted(Comparator.comparing(Method::toGenericString))
                .toList();
        for (var method : methods) {
            forms.of(method, 0, new ArrayList<>());
        }
    }

    /** Chooses the widths of the operands from that number on. */
    private void of(Method method, int operand, List<Vector.Kind> kinds) throws ReflectiveOperationException {
        if (operand < method.getParameterCount()) {
            var type = method.getParameterTypes()[operand];
            for (var kind : KINDS) {
                boolean fits = type == Vector.class ? kind != null : type == VectorOrMemory.class || kind == null;
                if (fits) {
                    kinds.add(kind);
                    of(method, operand + 1, kinds);
                    kinds.removeLast();
                }
            }
            return;
        }
        var plain = new Object[kinds.size()];
        for (int i = 0; i < plain.length; i++) {
            var candidates = candidates(method, i, kinds.get(i));
            plain[i] = candidates.get(i + 1 < candidates.size() ? i + 1 : 1);
        }
        if (!form(method, plain)) {
            return;
        }
        for (int i = 0; i < plain.length; i++) {
            for (var candidate : candidates(method, i, kinds.get(i))) {
                var operands = plain.clone();
                operands[i] = candidate;
                boolean taken = form(method, operands);
                if (!taken && candidate instanceof Address address && address.broadcast()) {
                    break; // as the other broadcasts, which come last, would be
                }
            }
        }
    }

    /** Whether the assembler accepts these operands. */
    private boolean form(Method method, Object[] operands) throws ReflectiveOperationException {
        var assembler = new Assembler(encoding);
        try {
            method.invoke(assembler, operands);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException) {
                return false;
            }
            throw e;
        }
        take.accept(assembler.finish(), DisassemblerText.of(method.getName(), operands, encoding));
        return true;
    }

    private List<?> candidates(Method method, int operand, Vector.Kind kind) {
        var type = method.getParameterTypes()[operand];
        if (kind != null) {
            var registers = IntStream.range(0, encoding == VectorEncoding.EVEX ? 32 : 16)
                    .mapToObj(kind::of);
            var masked = encoding == VectorEncoding.EVEX && operand == 0
                    ? Arrays.stream(Opmask.values())
                            .filter(mask -> mask != Opmask.K0)
                            .flatMap(mask -> Stream.of(
                                    kind.of(3).masked(mask), kind.of(29).zeroed(mask)))
                    : Stream.<Vector>empty();
            return Stream.concat(registers, masked).toList();
        }
        if (type == General.class) {
            return List.of(General.values());
        }
        if (type == Opmask.class) {
            return List.of(Opmask.values());
        }
        if (type == Condition.class) {
            return List.of(Condition.values());
        }
        if (type == int.class || type == long.class) {
            return constants(method.getName(), type);
        }
        if (type == Operand.class) {
            return Stream.concat(Arrays.stream(General.values()), addresses().stream())
                    .toList();
        }
        return operand == 0
                ? Stream.concat(
                                addresses().stream(),
                                Arrays.stream(Opmask.values())
                                        .map(mask -> Address.at(General.RDI, 64).masked(mask)))
                        .toList()
                : Stream.concat(addresses().stream(), addresses().stream().map(Address::each))
                        .toList();
    }

    private static List<Address> addresses() {
        var addresses = new ArrayList<Address>();
        for (int displacement : DISPLACEMENTS) {
            addresses.add(Address.at(General.RSI, displacement));
        }
        for (var base : General.values()) {
            addresses.add(Address.at(base));
            addresses.add(Address.at(base, 64));
            addresses.add(Address.at(base, 1000));
            for (var index : Set.of(General.RCX)) {
                addresses.add(Address.at(base, index, 8, 0));
                addresses.add(Address.at(base, index, 1, 64));
            }
        }
        for (var index : General.values()) {
            if (index != General.RSP) {
                addresses.add(Address.at(General.RDX, index, 2, 0));
                addresses.add(Address.at(General.R13, index, 4, -4096));
            }
        }
        return addresses;
    }

    private static List<?> constants(String mnemonic, Class<?> type) {
        if (type == long.class) {
            return List.of(
                    0L, 1L, -1L, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL, -0x8000_0001L, 1L << 40, Long.MIN_VALUE);
        }
        if (mnemonic.startsWith("v")) {
            return mnemonic.contains("cmp") ? List.of(0, 1, 2, 4) : List.of(0, 1, 2, 3, 127, 128, 255);
        }
        return mnemonic.startsWith("s") && mnemonic.length() == 3 && !mnemonic.equals("sub")
                ? List.of(2, 3, 31, 63)
                : List.of(0, 1, 127, 128, -128, -129, 4096, Integer.MAX_VALUE, Integer.MIN_VALUE);
    }
}
