namespace Logist.StepHost;

/// <summary>
/// How much of an execution's output is kept: all of it up to <see cref="Limit"/> bytes; of more the first <see cref="Head"/> bytes, a
/// one-line marker, and the last <see cref="Ring"/> bytes, which are put in order when the execution ends.
/// </summary>
internal static class OutputLayout
{
    public const int Head = 48 << 20, Marker = 128, Ring = (16 << 20) - Marker, Limit = Head + Marker + Ring;

    /// <summary>The index beside an output log.</summary>
    public static string IndexPath(string log) => Path.ChangeExtension(log, ".idx");
}
