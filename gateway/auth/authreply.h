// SPDX-License-Identifier: MIT
#pragma once

#include "auth/autherror.h"

#include <QPromise>

#include <memory>

namespace Tidegate {

//! The answering end of an AuthFuture. Settles as Unavailable when it is dropped unanswered (a full or closed queue),
//! so that no caller waits for ever. One thread at a time.
template <typename T>
class AuthReply
{
public:
    AuthReply() { m_promise.start(); }
    ~AuthReply() { settle(AuthError{AuthFault::Unavailable, QStringLiteral("Too busy, try again later")}); }
    Q_DISABLE_COPY_MOVE(AuthReply)

    AuthFuture<T> future() const { return m_promise.future(); }

    //! The first answer counts.
    void settle(AuthResult<T> result)
    {
        if (m_isSettled)
            return;
        m_isSettled = true;
        m_promise.addResult(std::move(result));
        m_promise.finish();
    }

private:
    QPromise<AuthResult<T>> m_promise;
    bool m_isSettled = false;
};

template <typename T>
using AuthReplyPtr = std::shared_ptr<AuthReply<T>>;

} // namespace Tidegate
