// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "http/replies.h"
#include "http/requestcontext.h"

#include <QFuture>

#include <utility>

namespace Tidegate {

//! Runs \p onResult(result) on the http thread once \p future has one, unless the request is answered by then
//! (deadline, shutdown). A future that is cancelled, or whose promise was dropped, answers 500. Not then(context):
//! Qt 6.4 may touch a context object that died meanwhile, while a closed TaskQueue just drops the task.
template <typename T, typename OnResult>
void whenDone(const RequestPtr &request, QFuture<T> future, OnResult onResult)
{
    future
        .then([request, onResult = std::move(onResult)](const T &result) {
            request->home->post([request, onResult, result] {
                if (!request->isAnswered())
                    onResult(result);
            });
        })
        .onCanceled([request] { request->home->post([request] { request->answer(Replies::internalError()); }); });
}

} // namespace Tidegate
