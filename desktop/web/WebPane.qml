// SPDX-License-Identifier: MIT
import QtQuick
import QtWebChannel
import QtWebEngine
import Tidegate.Console
import Tidegate.Shell

//! A window's page with its bridge. The channel to the application exists in a world of its own, in the main frame.
FocusScope {
    id: pane

    required property WindowHandle handle
    readonly property PageBridge bridge: handle.bridge as PageBridge
    property string problem: ""
    readonly property alias view: view

    WebChannel {
        id: channel

        Component.onCompleted: registerObject("line", pane.bridge.line)
    }

    WebEngineView {
        id: view

        anchors.fill: parent
        focus: true
        profile: pane.handle.profile as WebEngineProfile
        webChannel: channel
        webChannelWorld: WebEngineScript.ApplicationWorld
        backgroundColor: Theme.surface
        settings.localContentCanAccessFileUrls: false
        settings.localContentCanAccessRemoteUrls: false
        settings.pluginsEnabled: false
        settings.screenCaptureEnabled: false
        settings.javascriptCanAccessClipboard: false

        Component.onCompleted: {
            userScripts.collection = [
                { name: "relay", sourceCode: pane.bridge.relayScript, worldId: WebEngineScript.ApplicationWorld, injectionPoint: WebEngineScript.DocumentCreation },
                { name: "bridge", sourceCode: pane.bridge.pageScript, worldId: WebEngineScript.MainWorld, injectionPoint: WebEngineScript.DocumentCreation }
            ]
            url = pane.bridge.url
        }
        onUrlChanged: pane.bridge.setCurrentUrl(url)
        onNavigationRequested: request => {
            if (!request.isMainFrame || pane.bridge.isOurs(request.url))
                return
            request.reject()
            if (request.navigationType === WebEngineNavigationRequest.LinkClickedNavigation)
                pane.handle.openOutside(request.url)
        }
        onNewWindowRequested: request => {
            if (request.userInitiated)
                pane.handle.openOutside(request.requestedUrl)
        }
        onFeaturePermissionRequested: (securityOrigin, feature) => view.grantFeaturePermission(securityOrigin, feature, false)
        onRenderProcessTerminated: (status, code) => {
            pane.bridge.pageGone()
            if (status !== WebEngineView.NormalTerminationStatus)
                pane.problem = qsTr("The page's process has ended.")
        }
        onLoadingChanged: info => {
            if (info.status === WebEngineView.LoadFailedStatus)
                pane.problem = qsTr("%1 cannot be shown: %2").arg(info.url).arg(info.errorString)
            else if (info.status === WebEngineView.LoadSucceededStatus)
                pane.problem = ""
        }
    }

    Loader {
        anchors.fill: parent
        active: pane.problem.length > 0
        sourceComponent: NoticePane {
            title: qsTr("There is no page")
            text: pane.problem
            action: qsTr("Load it again")
            onActionWanted: {
                pane.problem = ""
                view.url = pane.bridge.url
                view.reload()
            }
        }
    }
}
