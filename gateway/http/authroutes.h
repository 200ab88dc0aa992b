// SPDX-License-Identifier: MIT
#pragma once

#include "http/requestcontext.h"

namespace Tidegate {

class AuthService;
class RouteTable;
struct AuthError;
struct Login;

//! /auth/*: accounts, sessions, refresh tokens, API keys, nonces (SSMA spec section 4).
class AuthRoutes
{
public:
    explicit AuthRoutes(AuthService &auth)
        : m_auth(auth)
    {
    }
    void addTo(RouteTable &table);

private:
    void registerUser(const RequestPtr &request);
    void login(const RequestPtr &request);
    void logout(const RequestPtr &request);
    void me(const RequestPtr &request);
    void refresh(const RequestPtr &request);
    void issueApiKey(const RequestPtr &request);
    void loginWithApiKey(const RequestPtr &request);
    void issueNonce(const RequestPtr &request);

    void answerLogin(const RequestPtr &request, int status, const Login &login);

    AuthService &m_auth;
};

//! The answer for every AuthFault; also for routes elsewhere that ask the AuthService.
HttpResponse replyTo(const AuthError &error);

} // namespace Tidegate
