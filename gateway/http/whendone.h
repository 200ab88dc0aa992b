// SPDX-License-Identifier: MIT
#pragma once

#include "base/taskqueue.h"
#include "http/replies.h"
#include "http/requestcontext.h"

#include <QFuture>

#include <utility>

namespace Tidegate {

//! Runs \p onResult(result) on the http thread once \p future has one, unless the request is answered by then
//! (deadline, shutdown). A future that ends without a result answers 500. Not then(context): Qt 6.4 may touch a context
//! object that died meanwhile, while a closed TaskQueue just drops the task.
template <typename T, typename OnResult>
void whenDone(const RequestPtr &request, QFuture<T> future, OnResult onResult)
{
    future.then([request, onResult = std::move(onResult)](QFuture<T> finished) mutable {
        const std::shared_ptr<TaskQueue> home = request->home;
        home->post([request = std::move(request), finished, onResult = std::move(onResult)]() mutable {
            if (request->isAnswered())
                return;
            if (finished.isCanceled() || finished.resultCount() == 0)
                request->answer(Replies::internalError());
            else
                onResult(finished.result());
        });
    });
}

} // namespace Tidegate
