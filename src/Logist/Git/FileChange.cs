namespace Logist.Git;

/// <summary>One file that differs between two commits.</summary>
/// <param name="Path">As people read it; bytes that are not UTF-8 are shown as \xNN.</param>
/// <param name="OldPath">Where it was before it was renamed; null: it was not.</param>
/// <param name="Status"><c>added</c>, <c>modified</c>, <c>deleted</c>, <c>renamed</c> or <c>binary</c>.</param>
/// <param name="Patch">As git prints it; null: binary, or too large.</param>
public sealed record FileChange(string Path, string? OldPath, string Status, long Additions, long Deletions, string? Patch)
{
    /// <summary>There is a patch, but only on request.</summary>
    public bool TooLarge { get; init; }
}

/// <param name="Files">In the order of their names, at most <see cref="JobRepository.ChangesMax"/>.</param>
/// <param name="Truncated">There are more of them.</param>
public sealed record FileChanges(IReadOnlyList<FileChange> Files, long Additions, long Deletions, bool Truncated);

/// <summary>What became of a file.</summary>
public static class ChangeStatus
{
    public const string Added = "added";
    public const string Modified = "modified";
    public const string Deleted = "deleted";
    public const string Renamed = "renamed";
    public const string Binary = "binary";
}
