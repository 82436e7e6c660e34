using System.Net;
using Logist.Core;
using Logist.Engine;
using Logist.Workflows;

namespace Logist.Server;

/// <summary>What a server is started with.</summary>
/// <param name="Home">Absolute: token, server.json and workflow templates are there.</param>
/// <param name="User">Who asks when a request does not say: the server's token is this person's.</param>
public sealed record ServeOptions(EngineServices Services, string Home, string User)
{
    public const int DefaultPort = 7420;

    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0: any free one.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Nothing is changed, nothing is driven.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>So many jobs are driven at a time; further ones wait for a slot.</summary>
    public int MaxJobs { get; init; } = 8;

    /// <summary>Where the built page is; null: beside this program.</summary>
    public string? PageDirectory { get; init; }

    public string Version { get; init; } = typeof(ServeOptions).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>The user's configuration as its file is now.</summary>
    /// <exception cref="LogistException">InvalidConfig.</exception>
    public ConfigFile Config() => ConfigFile.Load(Home).OrThrow();

    /// <summary>With the agents and prices of <see cref="Config"/>.</summary>
    public EngineServices EngineNow()
    {
        var config = Config();
        return Services with { Agents = config.Agents, Prices = config.Prices };
    }
}
