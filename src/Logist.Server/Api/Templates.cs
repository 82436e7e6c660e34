using Logist.Core;

namespace Logist.Server.Api;

/// <summary>Workflows that jobs can be made of by name: <c>workflows/&lt;name&gt;.yaml</c> in the home.</summary>
internal static class Templates
{
    /// <exception cref="LogistException">NotFound: not a name.</exception>
    public static string PathOf(ApiServices services, string name) => Names.IsValid(name)
        ? Path.Combine(services.Options.Home, "workflows", $"{name}.yaml")
        : throw new LogistException(ErrorKind.NotFound, "no such workflow template", $"names match {Names.Pattern}");
}
