using System.Buffers.Text;
using System.Text;

namespace Logist.Server.Api;

/// <summary>Words as one that nobody takes for anything else than something to give back.</summary>
internal static class OpaqueText
{
    private const int MostBytes = 256;

    public static string Of(params ReadOnlySpan<string> words) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Join(' ', words)));

    /// <returns>Empty: it was not made here.</returns>
    public static string[] Words(string text)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        return Base64Url.IsValid(text, out var length) && length <= MostBytes && Base64Url.TryDecodeFromChars(text, bytes, out length)
            ? Encoding.ASCII.GetString(bytes[..length]).Split(' ') : [];
    }
}
