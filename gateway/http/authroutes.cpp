// SPDX-License-Identifier: MIT
#include "http/authroutes.h"

#include "auth/authservice.h"
#include "http/routetable.h"
#include "http/whendone.h"

#include <QJsonDocument>

namespace Tidegate {

namespace {

using Method = RouteTable::Method;

QString textField(const RequestContext &request, QLatin1StringView name)
{
    return request.json.toObject().value(name).toString();
}

QJsonObject userObject(const User &user)
{
    return QJsonDocument::fromJson(userJson(user)).object();
}

//! onValue gets the value; a fault is answered here.
template <typename T, typename OnValue>
void whenGranted(const RequestPtr &request, AuthFuture<T> future, OnValue onValue)
{
    whenDone(request, std::move(future), [request, onValue = std::move(onValue)](const AuthResult<T> &result) {
        if (!result)
            request->answer(replyTo(result.error()));
        else if constexpr (std::is_void_v<T>)
            onValue();
        else
            onValue(*result);
    });
}

} // namespace

HttpResponse replyTo(const AuthError &error)
{
    const QByteArray text = error.text.toUtf8();
    switch (error.fault) {
    case AuthFault::MissingCredentials:
        return Replies::refused(400, "MISSING_CREDENTIALS");
    case AuthFault::InvalidEmail:
    case AuthFault::InvalidName:
        return Replies::failed(400, text);
    case AuthFault::InvalidPassword:
        return Replies::json(400, QJsonObject{{QStringLiteral("error"), QStringLiteral("INVALID_PASSWORD")},
                                              {QStringLiteral("message"), error.text}});
    case AuthFault::EmailTaken:
        return Replies::failed(409, "Email already registered");
    case AuthFault::InvalidCredentials:
        return Replies::failed(401, "Invalid credentials");
    case AuthFault::Unauthenticated:
        return Replies::refused(401, "UNAUTHENTICATED");
    case AuthFault::Forbidden:
        return Replies::refused(403, "FORBIDDEN");
    case AuthFault::UserNotFound:
        return Replies::refused(404, "USER_NOT_FOUND");
    case AuthFault::NotFound:
        return Replies::refused(404, "NOT_FOUND");
    case AuthFault::InvalidToken:
        return Replies::refused(401, "INVALID_TOKEN");
    case AuthFault::InvalidIntegrity:
        return Replies::json(401, QJsonObject{{QStringLiteral("error"), QStringLiteral("INTEGRITY_INVALID")},
                                              {QStringLiteral("message"), error.text}});
    case AuthFault::TooMany:
        return Replies::refused(409, "TOO_MANY");
    case AuthFault::Unavailable:
        return Replies::unavailable();
    case AuthFault::Storage:
        return Replies::internalError();
    }
    return Replies::internalError();
}

void AuthRoutes::addTo(RouteTable &table)
{
    const auto post = [this, &table](const QString &path, void (AuthRoutes::*handler)(const RequestPtr &)) {
        table.add(Method::Post, path, [this, handler](const RequestPtr &request) { (this->*handler)(request); });
    };
    post(QStringLiteral("/auth/register"), &AuthRoutes::registerUser);
    post(QStringLiteral("/auth/login"), &AuthRoutes::login);
    post(QStringLiteral("/auth/logout"), &AuthRoutes::logout);
    post(QStringLiteral("/auth/refresh"), &AuthRoutes::refresh);
    post(QStringLiteral("/auth/api-key/issue"), &AuthRoutes::issueApiKey);
    post(QStringLiteral("/auth/api-key/login"), &AuthRoutes::loginWithApiKey);
    post(QStringLiteral("/auth/hmac/nonce"), &AuthRoutes::issueNonce);
    table.add(Method::Get, QStringLiteral("/auth/me"), [this](const RequestPtr &request) { me(request); });
}

void AuthRoutes::registerUser(const RequestPtr &request)
{
    Registration registration;
    registration.name = textField(*request, QLatin1StringView("name"));
    registration.email = textField(*request, QLatin1StringView("email"));
    registration.password = textField(*request, QLatin1StringView("password")).toUtf8();
    whenDone(request, m_auth.registerUser(std::move(registration)), [this, request](const AuthResult<Login> &result) {
        if (result)
            answerLogin(request, 201, *result);
        else if (result.error().fault == AuthFault::MissingCredentials)
            request->answer(Replies::failed(400, "Email is required"));
        else
            request->answer(replyTo(result.error()));
    });
}

void AuthRoutes::login(const RequestPtr &request)
{
    whenGranted(request,
                m_auth.login(textField(*request, QLatin1StringView("email")),
                             textField(*request, QLatin1StringView("password")).toUtf8()),
                [this, request](const Login &login) { answerLogin(request, 200, login); });
}

void AuthRoutes::logout(const RequestPtr &request)
{
    const auto answerCleared = [this, request](HttpResponse response) {
        response.headers.emplace_back("Set-Cookie", clearedSessionCookie(m_auth.cookieStyle()));
        request->answer(std::move(response));
    };
    const QByteArray success = QByteArrayLiteral("{\"success\":true}");
    if (request->principal.sessionId.isEmpty()) {
        answerCleared(Replies::json(200, success));
        return;
    }
    // Even when the revocation could not be stored the browser must lose its cookie.
    whenDone(request, m_auth.logout(request->principal.sessionId),
             [answerCleared, success](const AuthResult<void> &result) {
                 answerCleared(result ? Replies::json(200, success) : replyTo(result.error()));
             });
}

void AuthRoutes::me(const RequestPtr &request)
{
    if (!request->principal.hasSession()) {
        request->answer(Replies::refused(401, "UNAUTHENTICATED"));
        return;
    }
    whenGranted(request, m_auth.me(request->principal.subjectId), [request](const User &user) {
        request->answer(Replies::json(200, QJsonObject{{QStringLiteral("user"), userObject(user)}}));
    });
}

void AuthRoutes::refresh(const RequestPtr &request)
{
    const QByteArray token = textField(*request, QLatin1StringView("refreshToken")).toUtf8();
    whenGranted(request, m_auth.refresh(token),
                [this, request](const Login &login) { answerLogin(request, 200, login); });
}

void AuthRoutes::issueApiKey(const RequestPtr &request)
{
    if (!request->principal.hasSession()) {
        request->answer(Replies::refused(401, "UNAUTHENTICATED"));
        return;
    }
    whenGranted(request, m_auth.issueApiKey(request->principal, textField(*request, QLatin1StringView("email"))),
                [request](const IssuedApiKey &issued) {
                    request->answer(
                        Replies::json(200, QJsonObject{{QStringLiteral("apiKey"), QString::fromUtf8(issued.apiKey)},
                                                       {QStringLiteral("id"), QString::fromUtf8(issued.info.id)},
                                                       {QStringLiteral("hint"), QString::fromUtf8(issued.info.hint)},
                                                       {QStringLiteral("createdAt"), issued.info.createdAtMs}}));
                });
}

void AuthRoutes::loginWithApiKey(const RequestPtr &request)
{
    // No cookie: a key belongs to a program, which sends the token as a bearer.
    whenGranted(request, m_auth.loginWithApiKey(textField(*request, QLatin1StringView("apiKey")).toUtf8()),
                [request](const Login &login) {
                    request->answer(Replies::json(
                        200, QJsonObject{{QStringLiteral("accessToken"), QString::fromUtf8(login.accessToken)},
                                         {QStringLiteral("expiresAt"), login.expiresAtMs}}));
                });
}

void AuthRoutes::issueNonce(const RequestPtr &request)
{
    const QByteArray intent = textField(*request, QLatin1StringView("intent")).toUtf8();
    if (intent.isEmpty() || intent.size() > NonceTable::MaxIntentBytes) {
        request->answer(Replies::refused(400, "INVALID_INTENT"));
        return;
    }
    whenGranted(request, m_auth.issueNonce(intent), [request](const Nonce &nonce) {
        request->answer(Replies::json(200, QJsonObject{{QStringLiteral("nonce"), QString::fromUtf8(nonce.nonce)},
                                                       {QStringLiteral("expiresAt"), nonce.expiresAtMs}}));
    });
}

void AuthRoutes::answerLogin(const RequestPtr &request, int status, const Login &login)
{
    HttpResponse response =
        Replies::json(status, QJsonObject{{QStringLiteral("user"), userObject(login.user)},
                                          {QStringLiteral("accessToken"), QString::fromUtf8(login.accessToken)},
                                          {QStringLiteral("refreshToken"), QString::fromUtf8(login.refreshToken)},
                                          {QStringLiteral("expiresAt"), login.expiresAtMs}});
    response.headers.emplace_back("Set-Cookie", sessionCookie(m_auth.cookieStyle(), login.accessToken));
    request->answer(std::move(response));
}

} // namespace Tidegate
