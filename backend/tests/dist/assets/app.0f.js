console.log("on the slipway");
