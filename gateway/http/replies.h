// SPDX-License-Identifier: MIT
#pragma once

#include "auth/principal.h"
#include "transport/httpmessage.h"

class QJsonObject;

// The answers every route shares, as the dialect words them. (SSMA spec section 3)

namespace Tidegate::Replies {

HttpResponse json(int status, const QByteArray &text);
HttpResponse json(int status, const QJsonObject &object);
//! {"error":CODE}: what routes answer by themselves.
HttpResponse refused(int status, QByteArrayView code);
//! {"error":text,"code":code}: what the original throws.
HttpResponse failed(int status, QByteArrayView text, QByteArrayView code = "INTERNAL_ERROR");

HttpResponse notFound();
HttpResponse internalError();
//! 503 with Retry-After; also for requests that are dropped at shutdown.
HttpResponse unavailable();
HttpResponse tooManyRequests(qint64 retryAfterMs);
HttpResponse roleRequired(Role role);

} // namespace Tidegate::Replies
