using Logist.Core;
using Logist.Core.Jobs;

namespace Logist.Server.Api;

/// <summary>Workflows that jobs can be made of by name: <c>workflows/&lt;name&gt;.yaml</c> in the home.</summary>
internal static class Templates
{
    private const string Extension = ".yaml";

    public static string Directory(ApiServices services) => Path.Combine(services.Options.Home, "workflows");

    /// <summary>The template that a job was made of; null: of something else.</summary>
    public static string? IdOf(ApiServices services, JobState job) => IdOf(services, job.Created?.WorkflowFile);

    /// <inheritdoc cref="IdOf(ApiServices, JobState)"/>
    public static string? IdOf(ApiServices services, string? file) => file is not null && file.EndsWith(Extension, StringComparison.Ordinal)
        && Path.GetDirectoryName(file) == Directory(services) && Path.GetFileNameWithoutExtension(file) is var name && Names.IsValid(name)
            ? name : null;

    /// <exception cref="LogistException">NotFound: not a name.</exception>
    public static string PathOf(ApiServices services, string name) => Names.IsValid(name)
        ? Path.Combine(Directory(services), name + Extension)
        : throw new LogistException(ErrorKind.NotFound, "no such workflow template", $"names match {Names.Pattern}");
}
