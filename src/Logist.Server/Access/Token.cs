using System.Security.Cryptography;
using System.Text;
using Logist.Core;
using Logist.Files;

namespace Logist.Server.Access;

/// <summary>
/// The one secret of a home: 256 bits in <c>token</c>, readable for its user only. Whoever has it may do everything; it travels in a
/// header, never in a URL. It stays the same over restarts, so that pages stay signed in.
/// </summary>
internal sealed class Token
{
    private const int Bytes = 32;

    private static readonly TimeSpan SessionTime = TimeSpan.FromDays(30);

    private readonly byte[] _text;
    private readonly TimeProvider _time;

    private Token(string text, TimeProvider time)
    {
        (Text, _time) = (text, time);
        _text = Encoding.ASCII.GetBytes(text);
    }

    public string Text { get; }

    /// <summary>Reads the home's token; makes a new one when there is none, or it is not one of ours.</summary>
    /// <exception cref="LogistException">Storage.</exception>
    public static Token Open(string home, TimeProvider time)
    {
        var path = PathIn(home);
        if (OwnFiles.TryReadText(path, 2 * Bytes) is { Length: 2 * Bytes } text && text.All(char.IsAsciiHexDigitLower))
        {
            return new Token(text, time);
        }

        return Replace(home, time);
    }

    /// <summary>Every session and every program that knew the old one is out.</summary>
    public static Token Replace(string home, TimeProvider time)
    {
        var text = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
        OwnFiles.Write(PathIn(home), Encoding.ASCII.GetBytes(text));
        return new Token(text, time);
    }

    public bool Is(string candidate) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(candidate), _text);

    /// <summary>For a cookie: until when, and a proof that only the token's owner can have made. Needs no memory.</summary>
    public string NewSession()
    {
        var until = (_time.GetUtcNow() + SessionTime).ToUnixTimeSeconds();
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return $"{until}.{nonce}.{Proof($"{until}.{nonce}")}";
    }

    public bool IsSession(string candidate)
    {
        var end = candidate.LastIndexOf('.');
        var dot = candidate.IndexOf('.', StringComparison.Ordinal);
        return end > dot && dot > 0
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(candidate[(end + 1)..]),
                Encoding.ASCII.GetBytes(Proof(candidate[..end])))
            && long.TryParse(candidate.AsSpan(0, dot), out var until) && until > _time.GetUtcNow().ToUnixTimeSeconds();
    }

    public static TimeSpan SessionLifetime => SessionTime;

    private string Proof(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(_text, Encoding.UTF8.GetBytes($"session:{text}")));

    private static string PathIn(string home) => Path.Combine(home, "token");
}
