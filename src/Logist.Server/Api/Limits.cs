namespace Logist.Server.Api;

/// <summary>Numbers have bounds.</summary>
internal static class Limits
{
    /// <exception cref="InvalidRequestException">One of them is outside.</exception>
    public static void Check(params (string Pointer, int? Value, int Least, int Most)[] numbers)
    {
        var wrong = numbers.Where(number => number.Value < number.Least || number.Value > number.Most)
            .Select(number => new FieldError(number.Pointer, $"{number.Pointer[1..]} is {number.Least} to {number.Most}")).ToArray();
        if (wrong.Length > 0)
        {
            throw InvalidRequestException.Of(wrong);
        }
    }
}
