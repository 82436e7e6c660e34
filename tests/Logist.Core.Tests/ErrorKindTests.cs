using System.Reflection;

namespace Logist.Core.Tests;

/// <summary>The catalogue that command line and API share.</summary>
public sealed class ErrorKindTests
{
    private static readonly ErrorKind[] All = [.. typeof(ErrorKind).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.GetValue(null)).OfType<ErrorKind>()];

    [Fact]
    public void Every_kind_has_a_code_of_its_own_a_title_and_statuses_that_exist()
    {
        All.Length.ShouldBeGreaterThan(20);
        All.Select(kind => kind.Code).ShouldBeUnique();
        foreach (var kind in All)
        {
            kind.Code.ShouldMatch("^LOG1[0-9]{3}$");
            kind.Exit.ShouldBeInRange(1, 10, kind.Code);
            kind.Http.ShouldBeInRange(400, 599, kind.Code);
            kind.Title.ShouldNotBeNullOrWhiteSpace(kind.Code);
        }
    }

    [Fact]
    public void Whoever_may_not_is_told_so_by_the_same_exit_code_and_by_different_statuses() =>
        (ErrorKind.NotAuthorised.Exit, ErrorKind.NotAuthorised.Http, ErrorKind.ReadOnly.Exit, ErrorKind.ReadOnly.Http)
            .ShouldBe((4, 401, 4, 403));
}
