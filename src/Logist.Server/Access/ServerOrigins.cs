using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;

namespace Logist.Server.Access;

/// <summary>
/// By which names this server is addressed. Taken from what it is bound to, never from a request: whoever makes a browser resolve a
/// name to this machine controls Host and Origin alike.
/// </summary>
internal sealed class ServerOrigins
{
    private readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Once it is known, as any free port may have been asked for.</summary>
    public void Bound(IPAddress address, int port)
    {
        foreach (var name in Names(address))
        {
            _hosts.Add($"{name}:{port}");
        }
    }

    public bool IsOurHost(string? host) => host is not null && _hosts.Contains(host);

    public bool IsOurOrigin(StringValues origin) =>
        origin is [{ } one] && one.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && _hosts.Contains(one["http://".Length..]);

    private static IEnumerable<string> Names(IPAddress address)
    {
        yield return "localhost";
        yield return "127.0.0.1";
        yield return "[::1]";
        if (IPAddress.IsLoopback(address))
        {
            yield break;
        }

        yield return Dns.GetHostName();
        var all = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? Dns.GetHostAddresses(Dns.GetHostName()) : [address];
        foreach (var one in all)
        {
            yield return one.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{one}]" : one.ToString();
        }
    }
}
