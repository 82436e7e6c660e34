using Logist.Core;
using Logist.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <param name="Code">From the link that <c>logist serve</c> printed.</param>
/// <param name="Token">As a person pasted it.</param>
internal sealed record SignInBody(string? Code = null, string? Token = null);

/// <summary>A page signs in once and keeps a cookie that no script can read.</summary>
internal static class SessionEndpoints
{
    public const string Path = "/session";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(Path, SignInAsync).Described("signIn", "Exchanges the one-time code of the printed link, or the token, for a cookie")
            .Accepts<SignInBody>("application/json").Produces(StatusCodes.Status204NoContent);
        api.MapDelete(Path, SignOut).Described("signOut", "Forgets the cookie").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> SignInAsync(HttpContext http, ApiServices services)
    {
        var request = await RequestBody.ReadAsync(http, ApiJson.Api.SignInBody);
        if (!(request.Token is { } token && services.Token.Is(token.Trim())) && !(request.Code is { } code && services.Codes.Use(code)))
        {
            throw new LogistException(ErrorKind.NotAuthorised, "the code or token is wrong, or the code was used already", null,
                "start logist serve again: it prints a new link");
        }

        http.Response.Cookies.Append(AccessCheck.Cookie, services.Token.NewSession(), new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", MaxAge = Token.SessionLifetime, IsEssential = true,
        });
        return Results.NoContent();
    }

    private static IResult SignOut(HttpContext http)
    {
        http.Response.Cookies.Delete(AccessCheck.Cookie, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
        return Results.NoContent();
    }
}
