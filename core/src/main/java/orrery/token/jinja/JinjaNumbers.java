package orrery.token.jinja;

import java.math.BigInteger;
import orrery.token.jinja.Expression.BinaryOperator;

/** Python's arithmetic. A bool counts as 0 or 1; an int grows to {@link Budget#INTEGER_BITS} bits. */
final class JinjaNumbers {
    private JinjaNumbers() {}

    /** The integer value of an int or a bool. */
    static BigInteger integer(Value value) {
        return switch (value) {
            case Value.Int integer -> integer.number();
            case Value.Bool truth -> BigInteger.valueOf(truth.number());
            default -> throw new IllegalArgumentException(value.typeName() + " is not an integer");
        };
    }

    /**
     * Any number as a float.
     *
     * @throws TemplateException if an integer is too large
     */
    static double real(Value value) {
        if (value instanceof Value.Real real) {
            return real.number();
        }
        double number = integer(value).doubleValue();
        if (Double.isInfinite(number)) {
            throw new TemplateException("int too large to convert to float");
        }
        return number;
    }

    /** The result of an operator between two numbers. */
    static Value calculate(BinaryOperator operator, Value left, Value right) {
        if (left instanceof Value.Real || right instanceof Value.Real) {
            return new Value.Real(calculate(operator, real(left), real(right)));
        }
        return calculate(operator, integer(left), integer(right));
    }

    private static Value calculate(BinaryOperator operator, BigInteger left, BigInteger right) {
        return switch (operator) {
            case ADD -> bounded(left.add(right));
            case SUBTRACT -> bounded(left.subtract(right));
            case MULTIPLY -> bounded(left.multiply(right));
            case DIVIDE -> {
                refuseZero(right.signum() == 0, "division by zero");
                yield new Value.Real(quotient(left, right));
            }
            case FLOOR_DIVIDE -> {
                refuseZero(right.signum() == 0, "integer division or modulo by zero");
                BigInteger[] parts = left.divideAndRemainder(right);
                boolean below = parts[1].signum() != 0 && parts[1].signum() != right.signum();
                yield bounded(below ? parts[0].subtract(BigInteger.ONE) : parts[0]);
            }
            case MODULO -> {
                refuseZero(right.signum() == 0, "integer division or modulo by zero");
                BigInteger rest = left.mod(right.abs());
                yield bounded(right.signum() < 0 && rest.signum() != 0 ? rest.add(right) : rest);
            }
            case POWER -> power(left, right);
        };
    }

    private static double quotient(BigInteger left, BigInteger right) {
        int exact = 53;
        if (left.bitLength() <= exact && right.bitLength() <= exact) {
            return left.doubleValue() / right.doubleValue();
        }
        double result = new java.math.BigDecimal(left)
                .divide(new java.math.BigDecimal(right), new java.math.MathContext(60))
                .doubleValue();
        if (Double.isInfinite(result)) {
            throw new TemplateException("integer division result too large for a float");
        }
        return result;
    }

    private static Value power(BigInteger base, BigInteger exponent) {
        if (exponent.signum() < 0) {
            refuseZero(base.signum() == 0, "0.0 cannot be raised to a negative power");
            return new Value.Real(Math.pow(real(new Value.Int(base)), real(new Value.Int(exponent))));
        }
        if (base.bitLength() <= 1 && base.abs().bitLength() <= 1) {
            boolean odd = exponent.testBit(0);
            return new Value.Int(exponent.signum() == 0 ? BigInteger.ONE : odd ? base : base.abs());
        }
        if (exponent.bitLength() > 16 || (long) base.bitLength() * exponent.intValue() > 2L * Budget.INTEGER_BITS) {
            throw tooLarge();
        }
        return bounded(base.pow(exponent.intValue()));
    }

    private static double calculate(BinaryOperator operator, double left, double right) {
        return switch (operator) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> {
                refuseZero(right == 0, "float division by zero");
                yield left / right;
            }
            case FLOOR_DIVIDE -> {
                refuseZero(right == 0, "float floor division by zero");
                double rest = modulo(left, right);
                double quotient = (left - rest) / right;
                double floor = Math.floor(quotient);
                yield quotient - floor > 0.5 ? floor + 1 : floor;
            }
            case MODULO -> {
                refuseZero(right == 0, "float modulo by zero");
                yield modulo(left, right);
            }
            case POWER -> {
                refuseZero(left == 0 && right < 0, "0.0 cannot be raised to a negative power");
                double result = left == 1 ? 1 : Math.pow(left, right);
                if (Double.isInfinite(result) && !Double.isInfinite(left) && !Double.isInfinite(right)) {
                    throw new TemplateException("float result of ** is too large");
                }
                if (Double.isNaN(result) && !Double.isNaN(left) && !Double.isNaN(right)) {
                    throw new TemplateException("a negative number has no real power " + PythonText.of(right));
                }
                yield result;
            }
        };
    }

    private static double modulo(double left, double right) {
        double rest = left % right;
        if (rest == 0) {
            return Math.copySign(0, right);
        }
        return rest < 0 != right < 0 ? rest + right : rest;
    }

    private static void refuseZero(boolean zero, String message) {
        if (zero) {
            throw new TemplateException(message);
        }
    }

    private static Value bounded(BigInteger number) {
        if (number.bitLength() > Budget.INTEGER_BITS) {
            throw tooLarge();
        }
        return new Value.Int(number);
    }

    private static TemplateException tooLarge() {
        return new TemplateException("an integer grows beyond " + Budget.INTEGER_BITS + " bits");
    }
}
